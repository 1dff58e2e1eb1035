package org.clipjava.config;

/**
 * A token that is looked for in a text before that is split into words, as {@code added_tokens} of a {@code tokenizer.json} say. Of two
 * that match at the same place the longer one counts.
 *
 * @param id of the token, held to a vocabulary where it meets one; what is looked for is the vocabulary's text of it
 * @param normalized whether it is looked for in the normalised text, itself normalised, so in any case; else in the text as it is given
 * @param leftStrip whether it takes the whitespace before it
 * @param rightStrip whether it takes the whitespace behind it
 * @param singleWord whether it counts only where no word's character stands beside it
 */
public record AddedToken(int id, boolean normalized, boolean leftStrip, boolean rightStrip, boolean singleWord) {
    /** The longest that is looked for, in characters. */
    public static final int LONGEST = 512;

    /** Looked for as it is written, and nothing but it. */
    public static AddedToken asWritten(int id) {
        return new AddedToken(id, false, false, false, false);
    }

    /** Looked for in the normalised text, and nothing but it. */
    public static AddedToken normalized(int id) {
        return new AddedToken(id, true, false, false, false);
    }
}
