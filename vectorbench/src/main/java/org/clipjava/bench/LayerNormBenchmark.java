package org.clipjava.bench;

import org.clipjava.kernel.Kernels;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/** LayerNorm over ViT-B/32's tokens of 1 and 8 pictures; 8 operations a value. */
public abstract class LayerNormBenchmark extends KernelBenchmark {
    /** M x W. */
    @Param({"50x768", "400x768"})
    String shape;

    @Override
    KernelCase kernel() {
        return KernelCase.LayerNorm.parse(shape);
    }

    /** The specification. */
    @Fork(jvmArgsAppend = VECTOR_MODULE)
    public static class Scalar extends LayerNormBenchmark {
        @Override
        Kernels kernels() {
            return Kernels.scalar();
        }
    }

    /** Vectors of 128 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_128})
    public static class Vector128 extends LayerNormBenchmark {}

    /** Vectors of 256 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_256})
    public static class Vector256 extends LayerNormBenchmark {}

    /** Vectors of 512 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_512})
    public static class Vector512 extends LayerNormBenchmark {}
}
