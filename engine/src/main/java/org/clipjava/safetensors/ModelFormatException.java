package org.clipjava.safetensors;

import java.io.IOException;

/**
 * A model file or checkpoint that can't be used as it is. The message is one line of bounded length that names the file, the
 * place in it, what was expected and found, and, where there is one, the cure.
 */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Characters at a message's beginning and end that stay when what it quotes is as long as the file pleases. */
    private static final int BEGINNING = 700;

    private static final int END = 200;

    public ModelFormatException(String message) {
        super(oneLine(message));
    }

    public ModelFormatException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Names come from the file: one with a line break or an escape sequence must not reach a terminal or a log as such. */
    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder();
        bounded(message).codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> line.append("\\u%04x".formatted(c));
                default -> line.appendCodePoint(c);
            }
        });
        return line.toString();
    }

    private static String bounded(String message) {
        return message.length() <= BEGINNING + END
                ? message
                : message.substring(0, BEGINNING) + "…" + message.substring(message.length() - END);
    }
}
