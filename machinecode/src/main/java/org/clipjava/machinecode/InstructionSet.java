package org.clipjava.machinecode;

import java.util.Locale;
import org.clipjava.config.WeightType;

/** Instructions that a multiply of narrow numbers can be made of; those of the same numbers the fastest first. */
enum InstructionSet {
    /** Tiles of 16 rows of 64 bytes. */
    AMX(Architecture.X86_64, "AMX int8", WeightType.INT8, VectorLength.ZMM, 32),
    /** Dot products of bytes in 512 bits. */
    AVX512_VNNI(Architecture.X86_64, "AVX-512 VNNI", WeightType.INT8, VectorLength.ZMM, 12),
    /** Dot products of bytes in 256 bits. */
    AVX_VNNI(Architecture.X86_64, "AVX-VNNI", WeightType.INT8, VectorLength.YMM, 6),
    /** Sums of two products of bytes or shorts in 256 bits. */
    AVX2(Architecture.X86_64, "AVX2", WeightType.INT8, VectorLength.YMM, 5),
    /** Tiles of 16 rows of 32 numbers of bf16. */
    AMX_BF16(Architecture.X86_64, "AMX bf16", WeightType.BF16, VectorLength.ZMM, 32),
    /** Dot products of two numbers of bf16 in 512 bits. */
    AVX512_BF16(Architecture.X86_64, "AVX-512 BF16", WeightType.BF16, VectorLength.ZMM, 6),
    /** Dot products of signed and unsigned bytes in 128 bits. */
    I8MM(Architecture.ARM64, "Arm I8MM", WeightType.INT8, VectorLength.XMM, 6),
    /** Dot products of signed bytes in 128 bits. */
    DOTPROD(Architecture.ARM64, "Arm DotProd", WeightType.INT8, VectorLength.XMM, 6);

    private final Architecture architecture;
    private final String title;
    private final WeightType numbers;
    private final VectorLength length;
    private final int tallest;

    InstructionSet(Architecture architecture, String title, WeightType numbers, VectorLength length, int tallest) {
        this.architecture = architecture;
        this.title = title;
        this.numbers = numbers;
        this.length = length;
        this.tallest = tallest;
    }

    /** Whose they are. */
    Architecture architecture() {
        return architecture;
    }

    /** For people. */
    String title() {
        return title;
    }

    /** What they multiply. */
    WeightType numbers() {
        return numbers;
    }

    /** Whether they work on tiles. */
    boolean isTiled() {
        return this == AMX || this == AMX_BF16;
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
