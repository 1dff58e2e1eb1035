package org.clipjava.bench;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.clipjava.kernel.Kernels;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A kernel under JMH. A subclass says which, and its nested classes on what: {@code Scalar}, or vectors of 128, 256 and
 * 512 bits, each in a JVM of its own. The counters are GFLOP/s and the percentage of the FMA peak that the same JVM
 * measured before.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public abstract class KernelBenchmark {
    /** Options of a fork. Not every JVM knows them all. */
    static final String IGNORE_UNKNOWN = "-XX:+IgnoreUnrecognizedVMOptions";

    static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
    static final String BITS_128 = "-XX:MaxVectorSize=16";
    static final String BITS_256 = "-XX:MaxVectorSize=32";
    static final String BITS_512 = "-XX:MaxVectorSize=64";

    @Param("1")
    int threads;

    private Crew crew;
    private Arena arena;
    private Runnable call;
    private double flops;
    private double peak;

    /** What the counters add up; JMH divides by the time. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Rate {
        /** Billions of operations. */
        public double gflops;
        /** Hundredths of what the processor could have done in a second. */
        public double percentOfPeak;
    }

    abstract KernelCase kernel();

    Kernels kernels() {
        return Kernels.vector();
    }

    @Setup
    @SuppressWarnings("MustBeClosedChecker") // JMH calls release
    public void prepare() {
        peak = FmaPeak.measure(threads);
        crew = new Crew(threads);
        arena = Arena.ofShared();
        flops = kernel().flops();
        call = kernel().prepare(kernels(), arena, crew.workers());
    }

    @TearDown
    public void release() {
        arena.close();
        crew.close();
    }

    @Benchmark
    public void run(Rate rate) {
        call.run();
        rate.gflops += flops * 1e-9;
        rate.percentOfPeak += 100 * flops / peak;
    }
}
