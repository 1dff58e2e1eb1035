package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.PanelMatrix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the multiplies of every instruction set give that this processor has, in memory that ends where it must not go on. A subclass
 * names those of its numbers in a static method {@code sets}.
 */
abstract class MultiplyContract {
    static final Set<InstructionSet> USABLE = MachineCodeProvider.usable();

    private static final int TALLEST = 100;

    final Random random;
    private final int step;
    private final int stride;
    private final int numberBytes;

    /**
     * @param step of which numbers of inputs are multiples
     * @param stride bytes from one row of values to the next
     * @param numberBytes bytes of a number
     */
    MultiplyContract(Random random, int step, int stride, int numberBytes) {
        this.random = random;
        this.step = step;
        this.stride = stride;
        this.numberBytes = numberBytes;
    }

    static Stream<InstructionSet> setsOf(WeightType numbers) {
        return Arrays.stream(InstructionSet.values()).filter(set -> set.numbers() == numbers);
    }

    /** Some instructions for such numbers that this processor has; without any the test is left out. */
    static InstructionSet anyOf(WeightType numbers) {
        Optional<InstructionSet> last =
                USABLE.stream().filter(set -> set.numbers() == numbers).reduce((first, second) -> second);
        assumeTrue(last.isPresent(), "no instructions for " + numbers + " here");
        return last.get();
    }

    /** Multiplies random numbers in this memory, and compares what is there then with the definition. */
    abstract void assertMultiply(MachineCode code, int rows, int inputs, Memory memory);

    @ParameterizedTest
    @MethodSource("sets")
    void everyHeightEqualsTheDefinition(InstructionSet set) {
        assumeTrue(USABLE.contains(set), set + " is not here");
        try (Memory memory = new Memory();
                MachineCode code = new MachineCode(set)) {
            for (int rows = 1; rows <= TALLEST; rows++) {
                assertMultiply(code, rows, step, memory);
                assertMultiply(code, rows, 3 * step, memory);
            }
            for (int inputs = step; inputs <= DotProducts.MAX_INPUTS; inputs += step) {
                assertMultiply(code, 5, inputs, memory);
                assertMultiply(code, 13, inputs, memory);
                assertMultiply(code, 33, inputs, memory);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void randomShapesEqualTheDefinition(InstructionSet set) {
        fuzz(set, 1_000);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("sets")
    void manyRandomShapesEqualTheDefinition(InstructionSet set) {
        fuzz(set, 100_000);
    }

    private void fuzz(InstructionSet set, int shapes) {
        assumeTrue(USABLE.contains(set), set + " is not here");
        try (Memory memory = new Memory();
                MachineCode code = new MachineCode(set)) {
            for (int i = 0; i < shapes; i++) {
                // small ones mostly: that is where edges are
                int rows = 1 + random.nextInt(random.nextInt(8) == 0 ? TALLEST : 15);
                int inputs = step * (1 + random.nextInt(random.nextInt(8) == 0 ? DotProducts.MAX_INPUTS / step : 4));
                assertMultiply(code, rows, inputs, memory);
            }
        }
    }

    /** The three areas of a multiply, each between guards. */
    final class Memory implements AutoCloseable {
        final Guarded values = new Guarded((long) (TALLEST + DotProducts.ROWS_STEP) * stride);
        final Guarded weights = new Guarded((long) DotProducts.MAX_INPUTS * PanelMatrix.WIDTH * numberBytes);
        final Guarded sums = new Guarded((TALLEST + DotProducts.ROWS_STEP) * 128L);

        @Override
        public void close() {
            values.close();
            weights.close();
            sums.close();
        }
    }

    /** Nothing, or more or less of what there is: it may be asked for even where there is none. */
    final MemorySegment ahead(MemorySegment memory) {
        return random.nextInt(4) == 0 ? MemorySegment.NULL : memory.asSlice(random.nextInt((int) memory.byteSize()));
    }
}
