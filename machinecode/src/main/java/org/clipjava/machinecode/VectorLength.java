package org.clipjava.machinecode;

/** Widths of vector registers, as x86-64 names them, in the order of their codes there. */
enum VectorLength {
    XMM(0, 16),
    YMM(1, 32),
    ZMM(2, 64);

    private final int code;
    private final int bytes;

    VectorLength(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** L of a VEX prefix, L'L of an EVEX prefix. */
    int code() {
        return code;
    }
}
