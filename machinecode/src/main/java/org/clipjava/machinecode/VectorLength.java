package org.clipjava.machinecode;

/** Widths of vector registers, in the order of their codes. */
enum VectorLength {
    XMM(16),
    YMM(32),
    ZMM(64);

    private final int bytes;

    VectorLength(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** L of a VEX prefix, L'L of an EVEX prefix. */
    int code() {
        return ordinal();
    }
}
