package org.clipjava.cli.input;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Text files, strictly: what is not UTF-8 is an error and not a replacement character. */
public final class Lines {
    private Lines() {}

    /**
     * The lines without their ends ({@code \n} or {@code \r\n}) and without a byte-order mark. A last line needs no end.
     *
     * @throws CharacterCodingException if the bytes are not UTF-8
     */
    public static List<String> of(byte[] utf8) throws CharacterCodingException {
        return withoutReturns(split(decode(utf8), '\n'));
    }

    /**
     * Paths, one a line. Of one that is not UTF-8 the bytes that are none become U+FFFD: it can't be opened, and the others can.
     *
     * @throws CharacterCodingException if there is a NUL, which no path has
     */
    public static List<String> ofPaths(byte[] lines) throws CharacterCodingException {
        String text = new String(lines, StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0) {
            throw new CharacterCodingException();
        }
        return withoutReturns(split(text.startsWith("\uFEFF") ? text.substring(1) : text, '\n'));
    }

    /** Paths that end in a NUL, as {@code find -print0} writes them, read as {@link #ofPaths} does. */
    public static List<String> ofNulTerminatedPaths(byte[] words) {
        return split(new String(words, StandardCharsets.UTF_8), '\0');
    }

    private static List<String> withoutReturns(List<String> lines) {
        return lines.stream()
                .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)
                .toList();
    }

    private static String decode(byte[] utf8) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(utf8))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static List<String> split(String text, char end) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = text.indexOf(end); i >= 0; i = text.indexOf(end, start)) {
            parts.add(text.substring(start, i));
            start = i + 1;
        }
        if (start < text.length()) {
            parts.add(text.substring(start));
        }
        return parts;
    }
}
