package org.clipjava.io;

/**
 * Text of strangers - out of a file, an answer, a command line - as messages and terminals show it.
 *
 * <p>Whatever a terminal or a log would obey, or nobody would see, is written as the escape that Java and JSON have for it,
 * <code>&#92;u001b</code>: control characters (C0, DEL and C1), format characters (among them those that turn the direction
 * of writing), line and paragraph separators, halves of surrogate pairs, and what is no character, such as U+FFFF. All else stays
 * as it is, letters of all scripts, unassigned characters and backslashes too; and of the format characters the two joiners, U+200C and U+200D, without which
 * Persian, Hindi and many emoji can't be written.
 */
public final class Shown {
    /** Characters of a value that a message quotes. */
    private static final int LONGEST = 80;

    /** Characters at a message's beginning and end that stay when what it quotes is as long as a file pleases. */
    private static final int BEGINNING = 700;

    private static final int END = 200;

    private static final int NON_JOINER = 0x200C;
    private static final int JOINER = 0x200D;

    private Shown() {}

    /** A value that a message quotes: escaped, and cut after 80 characters, with an ellipsis. */
    public static String text(String text) {
        return text(text, LONGEST);
    }

    /**
     * A value that a message quotes: escaped, and cut with an ellipsis.
     *
     * @param longest characters that are shown; one that is escaped counts as one
     */
    public static String text(String text, int longest) {
        return text.length() <= longest ? escaped(text) : escaped(text.substring(0, cut(text, longest))) + "…";
    }

    /** {@link #text(String)} in quotation marks. */
    public static String quoted(String text) {
        return '"' + text(text) + '"';
    }

    /** A whole message: escaped, and where it is longer than 900 characters without its middle. */
    public static String message(String message) {
        if (message.length() <= BEGINNING + END) {
            return escaped(message);
        }
        String end = message.substring(cut(message, message.length() - END));
        return escaped(message.substring(0, cut(message, BEGINNING))) + "…" + escaped(end);
    }

    /** A text of whatever length on one line: a line break becomes a space, together with the white space about it; the rest is escaped. */
    public static String line(String text) {
        return escaped(text.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    /** Where to cut a text so that no character is halved: at the index, or before it. */
    private static int cut(String text, int index) {
        boolean halves = index > 0
                && Character.isHighSurrogate(text.charAt(index - 1))
                && Character.isLowSurrogate(text.charAt(index));
        return halves ? index - 1 : index;
    }

    /** A text of whatever length: escaped, line breaks too. */
    public static String escaped(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isPlain(c)) {
                shown.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    shown.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return shown.toString();
    }

    /** Whether a character, a code point, stays as it is. */
    public static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            case Character.FORMAT -> c == NON_JOINER || c == JOINER;
            default -> (c & 0xfffe) != 0xfffe;
        };
    }
}
