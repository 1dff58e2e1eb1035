package org.clipjava.image.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers whose lowest byte comes first. */
public final class LittleEndian {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    public static int int16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    public static int int24(byte[] bytes, int at) {
        return int16(bytes, at) | (bytes[at + 2] & 0xff) << 16;
    }

    public static int int32(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    public static long unsigned32(byte[] bytes, int at) {
        return int32(bytes, at) & 0xffffffffL;
    }

    /** Of at most eight bytes; of eight, the highest bit is the sign. */
    public static long number(byte[] bytes, int at, int n) {
        long value = 0;
        for (int i = n - 1; i >= 0; i--) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        return value;
    }
}
