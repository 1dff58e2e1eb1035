package org.clipjava.io;

/** Columns of text that a terminal shows one below the other, whatever the script. */
public final class Columns {
    /** What is wider does not move the columns behind it: one long name would make every line as long. */
    private static final int WIDEST = 60;

    private Columns() {}

    /** How many places a terminal gives to a text: two to a character of East Asia or an emoji, none to a mark above another. */
    public static int width(String text) {
        return text.codePoints().map(Columns::width).sum();
    }

    /** The width of a column that holds these texts, 60 at the most. */
    public static int width(Iterable<String> texts) {
        int widest = 0;
        for (String text : texts) {
            widest = Math.max(widest, width(text));
        }
        return Math.min(widest, WIDEST);
    }

    /** The text, and spaces up to this width. */
    public static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - width(text)));
    }

    private static int width(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(c) ? 2 : 1;
        };
    }

    /** Unicode's East Asian Width W and F, by blocks. */
    private static boolean isWide(int c) {
        return Character.isEmojiPresentation(c)
                || isIn(c, 0x1100, 0x115F)
                || (isIn(c, 0x2E80, 0xA4CF) && c != 0x303F)
                || isIn(c, 0xAC00, 0xD7A3)
                || isIn(c, 0xF900, 0xFAFF)
                || isIn(c, 0xFE30, 0xFE6F)
                || isIn(c, 0xFF01, 0xFF60)
                || isIn(c, 0xFFE0, 0xFFE6)
                || isIn(c, 0x20000, 0x3FFFD);
    }

    private static boolean isIn(int c, int from, int to) {
        return c >= from && c <= to;
    }
}
