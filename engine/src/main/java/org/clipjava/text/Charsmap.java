package org.clipjava.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.safetensors.ModelFormatException;

/**
 * SentencePiece's {@code precompiled_charsmap}: what strings of UTF-8 are replaced by. A double array of 32-bit units (Darts), and
 * behind it the replacements, each ended by a zero byte. Every walk ends: it takes a byte of the text for each step, and a unit that
 * leads out of the array ends it.
 */
final class Charsmap {
    /** Changes nothing. */
    static final Charsmap EMPTY = new Charsmap(new int[0], new byte[0]);

    /** Rust's tokenizers look up longer clusters character by character. */
    private static final int LONGEST_CLUSTER = 5;

    /** Unicode's own have up to 33 bytes; without a bound a text could grow beyond all memory. */
    private static final int LONGEST_REPLACEMENT = 255;

    private static final Pattern CLUSTER = Pattern.compile("\\X");
    private static final int NONE = -1;

    private final int[] units;
    private final byte[] replacements;

    private Charsmap(int[] units, byte[] replacements) {
        this.units = units;
        this.replacements = replacements;
    }

    /**
     * Reads a table.
     *
     * @param bytes a 32-bit length of the double array, the array, the replacements; or nothing
     * @throws ModelFormatException if they are cut short; the message does not name the file
     */
    static Charsmap parse(byte[] bytes) throws ModelFormatException {
        if (bytes.length == 0) {
            return EMPTY;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int size = bytes.length < Integer.BYTES ? -1 : buffer.getInt();
        if (size < 0 || size % Integer.BYTES != 0 || size > buffer.remaining()) {
            throw new ModelFormatException("charsmap: expected a double array and replacements, found " + bytes.length
                    + " bytes that begin otherwise");
        }
        int[] units = new int[size / Integer.BYTES];
        buffer.asIntBuffer().get(units);
        byte[] replacements = Arrays.copyOfRange(bytes, Integer.BYTES + size, bytes.length);
        if (replacements.length == 0 || replacements[replacements.length - 1] != 0) {
            throw new ModelFormatException(
                    "charsmap: expected replacements that a zero byte ends, found " + replacements.length + " bytes");
        }
        int start = 0;
        for (int i = 0; i < replacements.length; i++) {
            if (replacements[i] == 0) {
                start = i + 1;
            } else if (i - start == LONGEST_REPLACEMENT) {
                throw new ModelFormatException(
                        "charsmap: expected replacements of at most " + LONGEST_REPLACEMENT + " bytes, found more");
            }
        }
        return new Charsmap(units, replacements);
    }

    /** A key that begins at a place in a text: how long it is, and where its replacement is. */
    private record Key(int length, int replacement) {}

    private Key find(byte[] text, int from, int to, boolean longest) {
        Key found = new Key(0, NONE);
        if (units.length == 0) {
            return found;
        }
        int at = offset(units[0]);
        for (int i = from; i < to && text[i] != 0; i++) {
            int value = text[i] & 0xFF;
            at ^= value;
            if (at < 0 || at >= units.length || (units[at] & 0x800000FF) != value) {
                break;
            }
            int unit = units[at];
            at ^= offset(unit);
            if ((unit >> 8 & 1) != 0 && at >= 0 && at < units.length) {
                int replacement = units[at] & 0x7FFFFFFF;
                if (replacement < replacements.length) {
                    found = new Key(i + 1 - from, replacement);
                    if (!longest) {
                        break;
                    }
                }
            }
        }
        return found;
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 512) >>> 6);
    }

    /** How long the longest key is that begins at {@code from}, 0 for none; its replacement is written to {@code out}. */
    int replaceLongest(byte[] text, int from, Bytes out) {
        Key key = find(text, from, text.length, true);
        if (key.replacement() != NONE) {
            write(key.replacement(), out);
        }
        return key.length();
    }

    private void write(int replacement, Bytes out) {
        int end = replacement;
        while (replacements[end] != 0) {
            end++;
        }
        out.add(replacements, replacement, end);
    }

    /** As Rust's tokenizers read the table: by clusters, the shortest key that begins one standing for all of it. */
    String byClusters(String text) {
        if (units.length == 0) {
            return text;
        }
        Bytes out = new Bytes(text.length() + text.length() / 8);
        Matcher clusters = CLUSTER.matcher(text);
        while (clusters.find()) {
            String cluster = clusters.group();
            byte[] bytes = cluster.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > LONGEST_CLUSTER || !replaceShortest(bytes, 0, bytes.length, out)) {
                addCharacters(cluster, bytes, out);
            }
        }
        return out.text();
    }

    private void addCharacters(String cluster, byte[] bytes, Bytes out) {
        int from = 0;
        for (int i = 0; i < cluster.length(); ) {
            int c = cluster.codePointAt(i);
            i += Character.charCount(c);
            int to = from + Bytes.length(c);
            if (!replaceShortest(bytes, from, to, out)) {
                out.add(bytes, from, to);
            }
            from = to;
        }
    }

    private boolean replaceShortest(byte[] bytes, int from, int to, Bytes out) {
        Key key = find(bytes, from, to, false);
        if (key.replacement() == NONE) {
            return false;
        }
        write(key.replacement(), out);
        return true;
    }
}
