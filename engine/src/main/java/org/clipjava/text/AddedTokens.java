package org.clipjava.text;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.clipjava.config.AddedToken;

/**
 * Finds added tokens in a text, the leftmost first and of several at one place the longest, as the reference does: a prefix tree of
 * their characters.
 */
final class AddedTokens {
    private static final int ROOT = 0;

    /** By node and character: the next node. */
    private final Map<Long, Integer> edges = new HashMap<>();

    /** By node: the token that ends there. */
    private final Map<Integer, AddedToken> ends = new HashMap<>();

    /** Where none begins, no edge has to be looked up: with CLIP's own tokens that is nearly everywhere. */
    private final BitSet firstCharacters = new BitSet();

    /** A token in a text, from its first character to behind its last. */
    record Match(AddedToken token, int start, int end) {}

    /** Is given the tokens. */
    interface Target {
        void token(AddedToken token);

        /** Whether what follows can't change the result. */
        boolean isOver();
    }

    /** Is given what is between tokens. */
    interface Between {
        /** From where to where in the text; never empty. */
        void text(int start, int end);
    }

    private AddedTokens() {}

    /** Those that are looked for in a text as it is given, by the text that each is found by. */
    static AddedTokens asWritten(List<AddedToken> added, IntFunction<String> texts) {
        return of(added, false, texts);
    }

    /** Those that are looked for in a normalised text. */
    static AddedTokens normalized(List<AddedToken> added, IntFunction<String> texts) {
        return of(added, true, texts);
    }

    private static AddedTokens of(List<AddedToken> added, boolean normalized, IntFunction<String> texts) {
        AddedTokens tokens = new AddedTokens();
        for (AddedToken token : added) {
            String text = token.normalized() == normalized ? texts.apply(token.id()) : "";
            if (!text.isEmpty()) {
                tokens.add(token, text);
            }
        }
        return tokens;
    }

    private void add(AddedToken token, String text) {
        int node = ROOT;
        for (int i = 0; i < text.length(); i++) {
            int next = edges.size() + 1;
            node = edges.computeIfAbsent(edge(node, text.charAt(i)), key -> next);
        }
        firstCharacters.set(text.charAt(0));
        ends.putIfAbsent(node, token);
    }

    private static long edge(int node, char character) {
        return (long) node << Character.SIZE | character;
    }

    /** Takes a text apart, in order. */
    void split(String text, Target target, Between between) {
        int searched = 0;
        int done = 0;
        while (!target.isOver()) {
            Optional<Match> match = find(text, searched);
            if (match.isEmpty()) {
                break;
            }
            AddedToken token = match.get().token();
            int start = match.get().start();
            int end = match.get().end();
            searched = end;
            if (token.singleWord() && (endsWithWord(text, start) || startsWithWord(text, end))) {
                continue;
            }
            if (token.leftStrip()) {
                while (start > done && TextNormalizer.isWhitespace(text.charAt(start - 1))) {
                    start--;
                }
            }
            if (token.rightStrip()) {
                end = Math.max(end, done); // what the token before took is whitespace
                while (end < text.length() && TextNormalizer.isWhitespace(text.charAt(end))) {
                    end++;
                }
            }
            if (done < start) {
                between.text(done, start);
            }
            target.token(token);
            done = end;
        }
        if (done < text.length() && !target.isOver()) {
            between.text(done, text.length());
        }
    }

    private Optional<Match> find(String text, int from) {
        for (int start = from; start < text.length(); start++) {
            Optional<Match> longest = at(text, start);
            if (longest.isPresent()) {
                return longest;
            }
        }
        return Optional.empty();
    }

    /** The longest token that begins there, whatever stands beside it. */
    Optional<Match> at(String text, int start) {
        return firstCharacters.get(text.charAt(start)) ? longestAt(text, start) : Optional.empty();
    }

    private Optional<Match> longestAt(String text, int start) {
        Optional<Match> longest = Optional.empty();
        Integer node = ROOT;
        for (int at = start; at < text.length(); at++) {
            node = edges.get(edge(node, text.charAt(at)));
            if (node == null) {
                break;
            }
            AddedToken token = ends.get(node);
            if (token != null) {
                longest = Optional.of(new Match(token, start, at + 1));
            }
        }
        return longest;
    }

    private static boolean endsWithWord(String text, int end) {
        return end > 0 && isWordCharacter(text.codePointBefore(end));
    }

    private static boolean startsWithWord(String text, int start) {
        return start < text.length() && isWordCharacter(text.codePointAt(start));
    }

    /** {@code \w} of the reference's regular expressions. */
    private static boolean isWordCharacter(int c) {
        return Character.isAlphabetic(c)
                || switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK,
                            Character.COMBINING_SPACING_MARK,
                            Character.ENCLOSING_MARK,
                            Character.DECIMAL_DIGIT_NUMBER,
                            Character.CONNECTOR_PUNCTUATION -> true;
                    default -> c == 0x200C || c == 0x200D; // zero width, and within words
                };
    }
}
