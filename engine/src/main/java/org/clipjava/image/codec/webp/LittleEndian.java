package org.clipjava.image.codec.webp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers as RIFF has them. */
final class LittleEndian {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static int int16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    static int int24(byte[] bytes, int at) {
        return int16(bytes, at) | (bytes[at + 2] & 0xff) << 16;
    }

    static int int32(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    static long unsigned32(byte[] bytes, int at) {
        return int32(bytes, at) & 0xffffffffL;
    }
}
