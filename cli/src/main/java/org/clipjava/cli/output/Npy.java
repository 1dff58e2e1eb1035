package org.clipjava.cli.output;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** NumPy's array file, format 1.0: float32, little-endian, row-major. */
public final class Npy {
    private static final int ALIGNMENT = 64;
    private static final int PREAMBLE = 10; // magic, version, length of the header

    private Npy() {}

    /** What precedes the values of an array of this shape, of two sides at the least. */
    public static byte[] header(int... shape) {
        String sides = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String description = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + sides + "), }";
        int unpadded = PREAMBLE + description.length() + 1;
        int total = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        String header = description + " ".repeat(total - unpadded) + "\n";
        return ByteBuffer.allocate(total)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    public static byte[] row(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
