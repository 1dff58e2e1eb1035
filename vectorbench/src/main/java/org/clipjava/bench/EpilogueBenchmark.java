package org.clipjava.bench;

import org.clipjava.config.WeightType;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/** What is fused into a linear layer, by comparison with {@code STORE}. */
public abstract class EpilogueBenchmark extends KernelBenchmark {
    /** M x K x O. */
    @Param("50x768x3072")
    String shape;

    @Param({"STORE", "ADD", "QUICK_GELU", "GELU", "GELU_TANH"})
    Epilogue epilogue;

    @Override
    KernelCase kernel() {
        return KernelCase.Linear.parse(shape, epilogue, WeightType.F32);
    }

    /** The specification. */
    @Fork(jvmArgsAppend = VECTOR_MODULE)
    public static class Scalar extends EpilogueBenchmark {
        @Override
        Kernels kernels() {
            return Kernels.scalar();
        }
    }

    /** Vectors of 128 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_128})
    public static class Vector128 extends EpilogueBenchmark {}

    /** Vectors of 256 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_256})
    public static class Vector256 extends EpilogueBenchmark {}

    /** Vectors of 512 bits. */
    @Fork(jvmArgsAppend = {VECTOR_MODULE, IGNORE_UNKNOWN, BITS_512})
    public static class Vector512 extends EpilogueBenchmark {}
}
