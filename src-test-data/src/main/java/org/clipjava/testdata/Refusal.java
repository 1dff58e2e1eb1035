package org.clipjava.testdata;

/** What every refusal of a file's content has in common. */
public final class Refusal {
    /** What is quoted of a file is cut, however long it is there; a control character that is quoted becomes six. */
    private static final int LONGEST = 6000;

    private Refusal() {}

    /**
     * Holds an error to its form: one line, of bounded length, that a terminal shows as it is and that begins with what is
     * refused.
     *
     * @param start name of the file or tensor
     * @throws AssertionError if it is otherwise
     */
    public static void check(Exception error, String start) {
        String message = String.valueOf(error.getMessage());
        boolean plain = message.codePoints().noneMatch(Character::isISOControl);
        if (!message.startsWith(start) || !plain || message.length() > LONGEST) {
            throw new AssertionError("expected one line that begins with " + start + ", found " + message, error);
        }
    }
}
