package org.clipjava.bench;

import org.clipjava.kernel.Kernels;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/** Attention of ViT-B/32's towers: 1 and 8 pictures, causal over 10 short texts and one of full length. */
public abstract class AttentionBenchmark extends KernelBenchmark {
    /** B x N x W x H, and whether causal. */
    @Param({"1x50x768x12", "8x50x768x12", "10x9x512x8 causal", "1x77x512x8 causal"})
    String shape;

    @Override
    KernelCase kernel() {
        boolean causal = shape.endsWith(" causal");
        return KernelCase.Attention.parse(causal ? shape.substring(0, shape.indexOf(' ')) : shape, causal);
    }

    /** The specification. */
    @Fork(jvmArgsAppend = VECTOR_MODULE)
    public static class Scalar extends AttentionBenchmark {
        @Override
        Kernels kernels() {
            return Kernels.scalar();
        }
    }

    /** Vectors of 128 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_128})
    public static class Vector128 extends AttentionBenchmark {}

    /** Vectors of 256 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_256})
    public static class Vector256 extends AttentionBenchmark {}

    /** Vectors of 512 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_512})
    public static class Vector512 extends AttentionBenchmark {}
}
