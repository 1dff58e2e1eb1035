package org.clipjava.machinecode;

import static org.clipjava.machinecode.Register.R11;
import static org.clipjava.machinecode.Register.R8;
import static org.clipjava.machinecode.Register.RAX;

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
        Assembler assembler = new Assembler();
        write(assembler, Convention.ofThisSystem(), set);
        code = CodeMemory.of(assembler.toBytes());
        MemorySegment configuration = arena.allocate(AmxTiles.CONFIGURATION_BYTES, 64);
        AmxTiles.configure(configuration, AmxTiles.TALLEST);
        arguments.setAtIndex(ValueLayout.JAVA_LONG, 1, configuration.address());
    }

    private static void write(Assembler code, Convention convention, InstructionSet set) {
        convention.enterVectors(code);
        code.load(R11, R8, 0);
        if (set.isTiled()) {
            code.load(RAX, R8, Long.BYTES);
            code.ldtilecfg(RAX, 0);
        }
        Assembler.Label loop = code.label();
        for (int i = 0; i < TIMES; i++) {
            body(code, set);
        }
        code.sub(R11, 1);
        code.jumpIfNotZero(loop);
        if (set.isTiled()) {
            code.tilerelease();
        }
        convention.leaveVectors(code);
    }

    private static void body(Assembler code, InstructionSet set) {
        int sums = sums(set);
        for (int sum = 0; sum < sums; sum++) {
            switch (set) {
                case AMX, AMX_BF16 -> AmxTiles.multiply(code, set, sum, 4 + sum / 2, 6 + sum % 2);
                case AVX512_BF16 -> code.vdpbf16ps(set.length(), sum, sums, sums + 1);
                case AVX512_VNNI, AVX_VNNI -> code.vpdpbusd(set.length(), sum, sums, sums + 1);
                case AVX2 -> {
                    int products = sums + sum % 4;
                    code.vpmaddubsw(set.length(), products, 14, 15);
                    code.vpmaddwd(set.length(), products, products, 15);
                    code.vpaddd(set.length(), sum, sum, products);
                }
            }
        }
    }

    /** That do not wait for each other. */
    private static int sums(InstructionSet set) {
        return set.isTiled() ? 4 : 2 * set.tallest();
    }

    private static long products(InstructionSet set) {
        return switch (set) {
            case AMX -> 16L * 16 * 64;
            case AMX_BF16 -> 16L * 16 * 32;
            case AVX512_VNNI, AVX_VNNI, AVX2 -> set.length().bytes();
            case AVX512_BF16 -> set.length().bytes() / Short.BYTES;
        };
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
        return 1e9 * ROUNDS * TIMES * sums(set) * products(set) / best;
    }

    @Override
    public void close() {
        code.close();
        arena.close();
    }
}
