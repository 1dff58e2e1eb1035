package org.clipjava.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.safetensors.DType;

/** How a model file stores its matrices; everything else in it is {@link DType#F32} whatever the type. */
public enum WeightType {
    /** IEEE 754 single precision. */
    F32(DType.F32),
    /** IEEE 754 half precision. */
    F16(DType.F16),
    /** The upper half of a float. */
    BF16(DType.BF16),
    /** An int8 per weight and a float scale per output row: weight = int8 · scale. */
    Q8(DType.I8),
    /**
     * As {@link #Q8}, and laid out for multiplies in integers: activations are rounded to eight bits as well, so that products and
     * sums are exact. Tables are those of Q8.
     */
    INT8(DType.I8);

    private final DType dtype;

    WeightType(DType dtype) {
        this.dtype = dtype;
    }

    /** The element type of a matrix in the file. */
    public DType dtype() {
        return dtype;
    }

    /** The spelling in metadata and on the command line: {@code f32}, {@code f16}, {@code bf16}, {@code q8}, {@code int8}. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an element is an int8 that is multiplied by its output's scale. */
    public boolean isScaled() {
        return this == Q8 || this == INT8;
    }

    /** How tables are stored in a file of this type. */
    public WeightType ofTables() {
        return this == INT8 ? Q8 : this;
    }

    /** The type that is spelled so. */
    public static Optional<WeightType> spelled(String spelling) {
        return Arrays.stream(values())
                .filter(type -> type.spelling().equals(spelling))
                .findFirst();
    }
}
