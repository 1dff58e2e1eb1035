package org.clipjava.text;

import org.clipjava.text.WordBoundary.Kind;

/**
 * Where a word of GPT-2's ends, by hand what its regular expression says: one of the contractions {@code 's 't 're 've 'm 'll 'd}, or a
 * run of letters, of numbers, or of what is neither, with one space before it or none; or whitespace, of which the last character is left
 * to what follows.
 */
final class ByteLevelWords {
    private ByteLevelWords() {}

    /**
     * The end of the word that starts here.
     *
     * @param text of any characters
     * @param start where a word starts
     * @param limit where the text ends
     * @return the index after the word's last character, at most {@code limit}
     */
    static int after(String text, int start, int limit) {
        int contraction = WordBoundary.contraction(text, start, limit);
        if (contraction > 0) {
            return start + contraction;
        }
        int first = text.charAt(start) == ' ' && start + 1 < limit ? start + 1 : start;
        Kind kind = Kind.of(text.codePointAt(first));
        if (kind != Kind.WHITESPACE) {
            return WordBoundary.endOfRun(text, first, limit, kind);
        }
        int end = WordBoundary.endOfRun(text, start, limit, kind);
        // whitespace is of one char, all of it
        return end == limit || end == start + 1 ? end : end - 1;
    }
}
