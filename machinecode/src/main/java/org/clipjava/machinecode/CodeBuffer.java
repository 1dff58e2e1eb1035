package org.clipjava.machinecode;

import java.util.Arrays;

/** Bytes of code that an assembler adds to. */
abstract class CodeBuffer {
    private byte[] code = new byte[256];
    private int size;

    /** A place that can be jumped back to. */
    record Label(int at) {}

    final Label label() {
        return new Label(size);
    }

    final int position() {
        return size;
    }

    final byte[] toBytes() {
        return Arrays.copyOf(code, size);
    }

    /** Adds the lower eight bits of each. */
    final void emit(int... bytes) {
        if (size + bytes.length > code.length) {
            code = Arrays.copyOf(code, 2 * code.length);
        }
        for (int value : bytes) {
            code[size++] = (byte) value;
        }
    }

    /** Adds 32 bits, the lowest first. */
    final void emit32(int value) {
        emit(value, value >> 8, value >> 16, value >> 24);
    }
}
