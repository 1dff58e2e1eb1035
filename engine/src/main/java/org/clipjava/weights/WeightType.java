package org.clipjava.weights;

import java.util.Locale;

/** How a model file stores the elements of its matrices. */
public enum WeightType {
    /** IEEE single precision, as most checkpoints have it. */
    F32(4),
    /** IEEE half precision. */
    F16(2),
    /** The upper half of a single. */
    BF16(2),
    /** An 8-bit integer, and one single-precision factor a row. */
    Q8(1);

    private final int bytes;

    WeightType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** As metadata and command line spell it: {@code f32}, {@code f16}, {@code bf16}, {@code q8}. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
