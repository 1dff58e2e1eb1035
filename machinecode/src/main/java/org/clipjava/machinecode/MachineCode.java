package org.clipjava.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.PanelMatrix;

/**
 * Multiplies by assembled code. The code itself checks nothing: every address that it will touch is checked here, before each call.
 * Thread-safe.
 */
final class MachineCode implements DotProducts {
    /** Bytes of 32 sums. */
    private static final int SUMS = PanelMatrix.WIDTH * Integer.BYTES;

    /** Bytes of a row's values that a tile takes, and a loop over 16 pairs. */
    private static final int STEP_BYTES = 64;

    /** Lines that tiles ask for ahead in a step: there is a function for each number. */
    static final List<Integer> AHEAD = List.of(0, 1, 2, 4, 8, 16, 32);

    private final Optional<Kernel> int8;
    private final Optional<Kernel> bf16;
    private final CodeMemory memory;

    /** Of tiles, by their rows. */
    private final MemorySegment[] configurations = new MemorySegment[AmxTiles.TALLEST + 1];

    /** What a function is called with: one block for each thread. */
    private final ThreadLocal<MemorySegment> arguments =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ShortTiles.BLOCK_BYTES, 64));

    private volatile boolean closed;

    /**
     * Of some instructions.
     *
     * @param sets that the processor has, one for each kind of numbers at the most
     */
    MachineCode(InstructionSet... sets) {
        Loops code = Architecture.ofThisMachine().orElseThrow().loops();
        List<Function<CodeMemory, Kernel>> kernels = new ArrayList<>();
        for (InstructionSet set : sets) {
            int[] positions = code.writeMultiply(set);
            Optional<Loops.OfAnyWeights> ofAnyWeights = code.writeOfAnyWeights(set);
            kernels.add(all -> new Kernel(
                    set,
                    functions(all, positions),
                    ofAnyWeights.map(
                            other -> new Fallback(all.function(other.check()), functions(all, other.multiply())))));
        }
        memory = CodeMemory.of(code.toBytes());
        List<Kernel> written =
                kernels.stream().map(kernel -> kernel.apply(memory)).toList();
        int8 = of(written, WeightType.INT8);
        bf16 = of(written, WeightType.BF16);
        for (int rows = 1; rows < configurations.length; rows++) {
            configurations[rows] = Arena.ofAuto().allocate(AmxTiles.CONFIGURATION_BYTES, 64);
            AmxTiles.configure(configurations[rows], rows);
        }
    }

    private static MemorySegment[] functions(CodeMemory memory, int... positions) {
        return Arrays.stream(positions).mapToObj(memory::function).toArray(MemorySegment[]::new);
    }

    private static Optional<Kernel> of(List<Kernel> kernels, WeightType numbers) {
        return kernels.stream()
                .filter(kernel -> kernel.set.numbers() == numbers)
                .findFirst();
    }

    @Override
    public String description() {
        return "machine code, "
                + Stream.concat(int8.stream(), bf16.stream())
                        .map(kernel -> kernel.set.title())
                        .collect(Collectors.joining(", "));
    }

    @Override
    public void multiply(
            int rows,
            int inputs,
            MemorySegment levels,
            long levelsAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment ahead,
            MemorySegment sums) {
        multiply(int8, rows, inputs, PanelMatrix.INPUTS_STEP, levels, levelsAt, weights, weightsAt, ahead, sums);
    }

    @Override
    public Optional<PairOrder> pairOrder() {
        return bf16.map(kernel -> kernel.set.isTiled() ? PairOrder.NEIGHBOURS : PairOrder.SECOND_FIRST);
    }

    @Override
    public void multiplyPairs(
            int rows,
            int inputs,
            MemorySegment values,
            long valuesAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment ahead,
            MemorySegment sums) {
        multiply(bf16, rows, inputs, PAIRS_STEP, values, valuesAt, weights, weightsAt, ahead, sums);
    }

    private void multiply(
            Optional<Kernel> kernel,
            int rows,
            int inputs,
            int step,
            MemorySegment values,
            long valuesAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment ahead,
            MemorySegment sums) {
        if (closed) {
            throw new IllegalStateException("this machine code is closed");
        }
        if (kernel.isEmpty()) {
            throw new UnsupportedOperationException("this machine code has no such multiply");
        }
        if (rows < 1 || inputs < 1 || inputs > MAX_INPUTS || inputs % step != 0) {
            throw new IllegalArgumentException(rows + " rows of " + inputs + " inputs");
        }
        if (!values.isNative() || !weights.isNative() || !sums.isNative() || sums.isReadOnly()) {
            throw new IllegalArgumentException("expected native memory");
        }
        long room = Math.ceilDiv((long) rows, ROWS_STEP) * ROWS_STEP;
        long bytes = (long) inputs * kernel.get().numberBytes();
        Objects.checkFromIndexSize(valuesAt, (room - 1) * kernel.get().stride() + bytes, values.byteSize());
        Objects.checkFromIndexSize(weightsAt, bytes * PanelMatrix.WIDTH, weights.byteSize());
        Objects.checkFromIndexSize(0, room * SUMS, sums.byteSize());
        try {
            kernel.get()
                    .multiply(
                            rows,
                            bytes,
                            values.address() + valuesAt,
                            weights.address() + weightsAt,
                            ahead,
                            sums.address());
        } finally {
            Reference.reachabilityFence(values);
            Reference.reachabilityFence(weights);
            Reference.reachabilityFence(sums);
        }
    }

    /**
     * The functions of a set for weights that its own don't multiply.
     *
     * @param check says whether they do
     */
    private record Fallback(MemorySegment check, MemorySegment[] functions) {}

    /** The functions of a set. */
    private final class Kernel {
        /** Bytes of a row that the loops go on by: a tile's row, 16 pairs, or a group of four. */
        private final int step;

        private final InstructionSet set;
        private final MemorySegment[] functions;
        private final Optional<Fallback> fallback;

        Kernel(InstructionSet set, MemorySegment[] functions, Optional<Fallback> fallback) {
            this.set = set;
            this.functions = functions;
            this.fallback = fallback;
            this.step = set.isTiled() || set == InstructionSet.AVX512_BF16 ? STEP_BYTES : PanelMatrix.GROUP;
        }

        int numberBytes() {
            return set.numbers().dtype().bits() / Byte.SIZE;
        }

        int stride() {
            return set.numbers() == WeightType.BF16 ? PAIRS_STRIDE : STRIDE;
        }

        /** @param bytes of a row's values, a multiple of 64 */
        void multiply(int rows, long bytes, long values, long weights, MemorySegment ahead, long sums) {
            if (set.isTiled()) {
                multiplyTiles(rows, bytes / step, values, weights, ahead, sums);
            } else {
                multiplyStrips(rows, bytes / step, values, weights, sums);
            }
        }

        /** Strips as even as can be, the lower ones first. */
        private void multiplyStrips(int rows, long steps, long values, long weights, long sums) {
            MemorySegment block = arguments.get();
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.WEIGHTS.offset(), weights);
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.GROUPS.offset(), steps);
            MemorySegment[] byRows = functions;
            if (fallback.isPresent()) {
                NativeCalls.call(fallback.get().check, block.address());
                byRows = WeightPairs.fit(block) ? functions : fallback.get().functions;
            }
            int strips = Math.ceilDiv(rows, byRows.length - 1);
            int lower = rows / strips;
            int tall = rows % strips;
            int low = strips - tall;
            multiplyStrips(byRows[lower], low, block, values, sums);
            if (tall > 0) {
                long done = (long) low * lower;
                multiplyStrips(byRows[lower + 1], tall, block, values + done * stride(), sums + done * SUMS);
            }
        }

        private void multiplyStrips(MemorySegment function, int strips, MemorySegment block, long values, long sums) {
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.LEVELS.offset(), values);
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.SUMS.offset(), sums);
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.STRIPS.offset(), strips);
            NativeCalls.call(function, block.address());
        }

        /** Blocks of two tiles of rows, all alike: some rows behind the last are computed for nothing. */
        private void multiplyTiles(int rows, long steps, long values, long weights, MemorySegment ahead, long sums) {
            int blocks = Math.ceilDiv(rows, 2 * AmxTiles.TALLEST);
            int height = Math.ceilDiv(rows, 2 * blocks);
            MemorySegment block = arguments.get();
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.CONFIGURATION.offset(), configurations[height].address());
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.UPPER_LEVELS.offset(), values);
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.LOWER_LEVELS.offset(), values + (long) height * stride());
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.UPPER_SUMS.offset(), sums);
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.LOWER_SUMS.offset(), sums + (long) height * SUMS);
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.WEIGHTS.offset(), weights);
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.STEPS.offset(), steps);
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.BLOCKS.offset(), blocks);
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.LEVELS_STEP.offset(), 2L * height * stride());
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.SUMS_STEP.offset(), 2L * height * SUMS);
            block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.AHEAD.offset(), ahead.address());
            int lines = Math.toIntExact(Math.ceilDiv(ahead.byteSize(), AmxTiles.LINE * steps * blocks));
            NativeCalls.call(functions[variant(lines)], block.address());
        }
    }

    /** The least of {@link #AHEAD} that is enough, or the most. */
    private static int variant(int lines) {
        int variant = 0;
        while (variant < AHEAD.size() - 1 && AHEAD.get(variant) < lines) {
            variant++;
        }
        return variant;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.close();
        }
    }
}
