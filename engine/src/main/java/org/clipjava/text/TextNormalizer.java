package org.clipjava.text;

/** What the tokenizer does to a text before it looks for words: NFC, one space for each run of whitespace, lower case. */
final class TextNormalizer {
    private static final int CAPITAL_I_WITH_DOT = 0x130;

    private TextNormalizer() {}

    /** The text with U+FFFD for each unpaired surrogate. */
    static String wellFormed(String text) {
        int unpaired = 0;
        while (unpaired < text.length() && !isSurrogate(text.codePointAt(unpaired))) {
            unpaired += Character.charCount(text.codePointAt(unpaired));
        }
        if (unpaired == text.length()) {
            return text;
        }
        StringBuilder wellFormed = new StringBuilder(text.length());
        text.codePoints().map(c -> isSurrogate(c) ? 0xFFFD : c).forEach(wellFormed::appendCodePoint);
        return wellFormed.toString();
    }

    /**
     * The text as the tokenizer sees it.
     *
     * @param text without unpaired surrogates
     */
    static String normalize(String text) {
        String composed = CanonicalComposition.of(text);
        StringBuilder normalized = new StringBuilder(composed.length());
        boolean inWhitespace = false;
        for (int i = 0; i < composed.length(); ) {
            int c = composed.codePointAt(i);
            i += Character.charCount(c);
            if (isWhitespace(c)) {
                if (!inWhitespace) {
                    normalized.append(' ');
                }
                inWhitespace = true;
            } else {
                appendLowerCase(c, normalized);
                inWhitespace = false;
            }
        }
        return normalized.toString();
    }

    /** {@code \s} of the reference's regular expressions: Unicode's White_Space. */
    static boolean isWhitespace(int c) {
        return switch (c) {
            case '\t', '\n', 0x0B, '\f', '\r', ' ', 0x85, 0xA0 -> true;
            default -> c > 0xFF && isSeparator(c);
        };
    }

    private static boolean isSeparator(int c) {
        return switch (Character.getType(c)) {
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** Character by character, as Rust's tokenizers. */
    static String lowerCase(String text) {
        StringBuilder lowerCase = new StringBuilder(text.length());
        text.codePoints().forEach(c -> appendLowerCase(c, lowerCase));
        return lowerCase.toString();
    }

    /** A to Z alone, as TensorFlow does it. */
    static String lowerAscii(String text) {
        StringBuilder lowerCase = new StringBuilder(text);
        for (int i = 0; i < lowerCase.length(); i++) {
            char c = lowerCase.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lowerCase.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return lowerCase.toString();
    }

    /** Character by character: no final sigma, no locale. */
    private static void appendLowerCase(int c, StringBuilder lowerCase) {
        if (c == CAPITAL_I_WITH_DOT) {
            // The one character whose lower case is two.
            lowerCase.append("i\u0307");
        } else if (c == 0xA7CE || c == 0xA7D2 || c == 0xA7D4) {
            // These and the next are letters of Unicode 17, which the reference's lower-casing knows and JDK 25
            // doesn't.
            lowerCase.appendCodePoint(c + 1);
        } else if (c >= 0x16EA0 && c <= 0x16EB8) {
            lowerCase.appendCodePoint(c + 0x1B);
        } else {
            lowerCase.appendCodePoint(Character.toLowerCase(c));
        }
    }

    private static boolean isSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }
}
