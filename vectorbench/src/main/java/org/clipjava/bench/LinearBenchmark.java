package org.clipjava.bench;

import org.clipjava.config.WeightType;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/** Linear layers: qkv, fc1 and fc2 of ViT-B/32 for 1, 8 and 32 pictures, and the patch embedding; weights of each type on request. */
public abstract class LinearBenchmark extends KernelBenchmark {
    /** M x K x O. */
    @Param({
        "50x768x2304",
        "50x768x3072",
        "50x3072x768",
        "400x768x2304",
        "400x768x3072",
        "400x3072x768",
        "1600x768x2304",
        "1600x768x3072",
        "1600x3072x768",
        "49x3072x768"
    })
    String shape;

    @Param("F32")
    WeightType weights;

    @Override
    KernelCase kernel() {
        return KernelCase.Linear.parse(shape, Epilogue.STORE, weights);
    }

    /** The specification. */
    @Fork(jvmArgsAppend = VECTOR_MODULE)
    public static class Scalar extends LinearBenchmark {
        @Override
        Kernels kernels() {
            return Kernels.scalar();
        }
    }

    /** Vectors of 128 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_128})
    public static class Vector128 extends LinearBenchmark {}

    /** Vectors of 256 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_256})
    public static class Vector256 extends LinearBenchmark {}

    /** Vectors of 512 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_512})
    public static class Vector512 extends LinearBenchmark {}
}
