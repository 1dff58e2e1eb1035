package org.clipjava.machinecode;

import java.util.Locale;

/** Instructions that a multiply of bytes can be made of, the fastest first. */
enum InstructionSet {
    /** Tiles of 16 rows of 64 bytes. */
    AMX("AMX int8", VectorLength.ZMM, 32),
    /** Dot products of bytes in 512 bits. */
    AVX512_VNNI("AVX-512 VNNI", VectorLength.ZMM, 12),
    /** Dot products of bytes in 256 bits. */
    AVX_VNNI("AVX-VNNI", VectorLength.YMM, 6),
    /** Products of shorts in 256 bits. */
    AVX2("AVX2", VectorLength.YMM, 4);

    private final String title;
    private final VectorLength length;
    private final int tallest;

    InstructionSet(String title, VectorLength length, int tallest) {
        this.title = title;
        this.length = length;
        this.tallest = tallest;
    }

    /** For people. */
    String title() {
        return title;
    }

    /** As {@code -Dclip.machinecode} names it. */
    String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    VectorLength length() {
        return length;
    }

    /** Rows that are computed together at the most: their sums fit the registers. */
    int tallest() {
        return tallest;
    }
}
