package org.clipjava.convert;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts an array of NumPy's together byte by byte, and wrong where that is wanted. */
final class NpyBytes {
    private NpyBytes() {}

    /** Of version 1. */
    static byte[] of(String descr, String shape, byte[] values) {
        return of(1, header(descr, "False", shape), values);
    }

    /** The dictionary. */
    static String header(String descr, String fortran, String shape) {
        return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n".formatted(descr, fortran, shape);
    }

    static byte[] of(int version, String header, byte[] values) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return of(version, text.length, text, values);
    }

    /** @param length that the header is said to have */
    static byte[] of(int version, int length, byte[] header, byte[] values) {
        int size = version == 1 ? Short.BYTES : Integer.BYTES;
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + size + header.length + values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            bytes.putShort((short) length);
        } else {
            bytes.putInt(length);
        }
        return bytes.put(header).put(values).array();
    }

    static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }
}
