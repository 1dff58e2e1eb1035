package org.clipjava.text;

/**
 * Where a word of a normalised text ends, by hand what CLIP's regular expression says: one of the contractions {@code 's
 * 't 're 've 'm 'll 'd}, or a run of letters, or one number, or a run of what is neither and no whitespace.
 */
final class WordBoundary {
    private WordBoundary() {}

    /**
     * The end of the word that starts here.
     *
     * @param text a normalised text
     * @param start where a word starts: not a space
     * @param limit where the text ends
     * @return the index after the word's last character, at most {@code limit}
     */
    static int after(String text, int start, int limit) {
        int contraction = contraction(text, start, limit);
        if (contraction > 0) {
            return start + contraction;
        }
        int first = text.codePointAt(start);
        Kind kind = Kind.of(first);
        int end = start + Character.charCount(first);
        return kind == Kind.NUMBER ? end : endOfRun(text, end, limit, kind);
    }

    /** Where characters of this kind end, which may be where they start. */
    static int endOfRun(String text, int start, int limit, Kind kind) {
        int end = start;
        while (end < limit) {
            int c = text.codePointAt(end);
            if (Kind.of(c) != kind) {
                break;
            }
            end += Character.charCount(c);
        }
        return end;
    }

    /** The length of the contraction that starts here, or 0. */
    static int contraction(String text, int start, int limit) {
        if (text.charAt(start) != '\'' || start + 1 >= limit) {
            return 0;
        }
        char second = text.charAt(start + 1);
        char third = start + 2 < limit ? text.charAt(start + 2) : ' ';
        return switch (second) {
            case 's', 't', 'm', 'd' -> 2;
            case 'r', 'v' -> third == 'e' ? 3 : 0;
            case 'l' -> third == 'l' ? 3 : 0;
            default -> 0;
        };
    }

    /** What a regular expression knows of a character. */
    enum Kind {
        LETTER,
        NUMBER,
        WHITESPACE,
        OTHER;

        static Kind of(int c) {
            return switch (Character.getType(c)) {
                case Character.UPPERCASE_LETTER,
                        Character.LOWERCASE_LETTER,
                        Character.TITLECASE_LETTER,
                        Character.MODIFIER_LETTER,
                        Character.OTHER_LETTER -> LETTER;
                case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
                default -> TextNormalizer.isWhitespace(c) ? WHITESPACE : OTHER;
            };
        }
    }
}
