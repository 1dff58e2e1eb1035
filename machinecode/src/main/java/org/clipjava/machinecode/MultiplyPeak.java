package org.clipjava.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.clipjava.config.WeightType;

/**
 * The most multiply-adds of narrow numbers that this processor does: a loop of nothing but them, on registers. For benchmarks, which hold the
 * kernels against it. Not thread-safe; each thread makes its own.
 */
public final class MultiplyPeak implements AutoCloseable {
    /** Times the loop's body is written out, and rounds of a call: some tens of microseconds, for no call may hold up the JVM. */
    private static final int TIMES = 4;

    private static final long ROUNDS = 2_000;

    private final InstructionSet set;

    /** Of a round. */
    private final long products;

    private final CodeMemory code;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment arguments = arena.allocate(ValueLayout.JAVA_LONG, 2);

    /**
     * Of the instructions that the backend would use.
     *
     * @param numbers INT8 or BF16
     * @throws IllegalStateException if there are none
     */
    public MultiplyPeak(WeightType numbers) {
        this(MachineCodeProvider.choose().stream()
                .filter(set -> set.numbers() == numbers)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "there are no instructions for multiplies of " + numbers.spelling())));
    }

    MultiplyPeak(InstructionSet set) {
        this.set = set;
        Loops loops = Architecture.ofThisMachine().orElseThrow().loops();
        products = loops.writePeak(set, TIMES);
        code = CodeMemory.of(loops.toBytes());
        MemorySegment configuration = arena.allocate(AmxTiles.CONFIGURATION_BYTES, 64);
        AmxTiles.configure(configuration, AmxTiles.TALLEST);
        arguments.setAtIndex(ValueLayout.JAVA_LONG, 1, configuration.address());
    }

    /** What does them, for people. */
    public String description() {
        return set.title();
    }

    /** Works for so long, and says how many multiply-adds a second that were: the fastest call's. */
    public double measure(double seconds) {
        long start = System.nanoTime();
        long best = Long.MAX_VALUE;
        while (System.nanoTime() - start < seconds * 1e9) {
            arguments.setAtIndex(ValueLayout.JAVA_LONG, 0, ROUNDS);
            long begin = System.nanoTime();
            NativeCalls.call(code.function(0), arguments.address());
            best = Math.min(best, System.nanoTime() - begin);
        }
        return 1e9 * ROUNDS * products / best;
    }

    @Override
    public void close() {
        code.close();
        arena.close();
    }
}
