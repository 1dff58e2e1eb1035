package org.clipjava.cli.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.clipjava.io.Shown;

/**
 * UTF-8 text for a terminal: what it would obey, as a file's name may hold it, is written as an escape ({@code \u001b}). Line ends and
 * tabs stay. A character whose bytes come in two calls is written with its last.
 */
final class EscapedOutput extends OutputStream {
    private static final int CONTINUATION = 0x80;
    private static final int CONTINUATION_MASK = 0xC0;
    private static final int LONGEST_CHARACTER = 4;

    private final OutputStream out;
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

    EscapedOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        unfinished.write(bytes, offset, length);
        byte[] all = unfinished.toByteArray();
        int end = endOfLastCharacter(all);
        unfinished.reset();
        unfinished.write(all, end, all.length - end);
        print(Arrays.copyOf(all, end));
    }

    /** A text that a terminal opens something by, where it can (OSC 8); the address is ASCII, as an URI's is. */
    void link(String address, String text) throws IOException {
        out.write(("\u001b]8;;" + address + "\u001b\\").getBytes(StandardCharsets.US_ASCII));
        print(text.getBytes(StandardCharsets.UTF_8));
        out.write("\u001b]8;;\u001b\\".getBytes(StandardCharsets.US_ASCII));
    }

    /** A text in bold letters. */
    void bold(String text) throws IOException {
        out.write("\u001b[1m".getBytes(StandardCharsets.US_ASCII));
        print(text.getBytes(StandardCharsets.UTF_8));
        out.write("\u001b[0m".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        print(unfinished.toByteArray());
        unfinished.reset();
        out.close();
    }

    private void print(byte[] characters) throws IOException {
        StringBuilder shown = new StringBuilder(characters.length);
        new String(characters, StandardCharsets.UTF_8).codePoints().forEach(c -> {
            boolean plain = c == '\n' || c == '\t';
            shown.append(plain ? Character.toString(c) : Shown.escaped(Character.toString(c)));
        });
        out.write(shown.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Where what may be the beginning of a character starts, or the end. */
    private static int endOfLastCharacter(byte[] bytes) {
        int first = bytes.length - 1;
        while (first >= 0
                && bytes.length - first < LONGEST_CHARACTER
                && (bytes[first] & CONTINUATION_MASK) == CONTINUATION) {
            first--;
        }
        if (first < 0 || bytes[first] >= 0) {
            return bytes.length;
        }
        int length = Integer.numberOfLeadingZeros(~(bytes[first] << 24));
        return bytes.length - first < length ? first : bytes.length;
    }
}
