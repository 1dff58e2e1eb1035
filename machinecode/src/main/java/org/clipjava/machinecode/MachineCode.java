package org.clipjava.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Objects;
import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.PanelMatrix;

/**
 * Multiplies by assembled code. The code itself checks nothing: every address that it will touch is checked here, before each call.
 * Thread-safe.
 */
final class MachineCode implements DotProducts {
    /** Bytes of the 32 outputs of an input, of which four stand side by side, and of 32 sums. */
    private static final int WEIGHTS_PER_INPUT = PanelMatrix.WIDTH;

    private static final int SUMS = PanelMatrix.WIDTH * Integer.BYTES;

    private final InstructionSet set;
    private final CodeMemory memory;

    /** By rows of a strip; for tiles one function for all. */
    private final MemorySegment[] functions;

    /** Of tiles, by their rows. */
    private final MemorySegment[] configurations;

    /** What a function is called with: one block for each thread. */
    private final ThreadLocal<MemorySegment> arguments = ThreadLocal.withInitial(
            () -> Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, AmxTiles.Field.values().length));

    private volatile boolean closed;

    /** @param set one that the processor has */
    MachineCode(InstructionSet set) {
        this.set = set;
        Assembler code = new Assembler();
        Convention convention = Convention.ofThisSystem();
        int[] positions = new int[set == InstructionSet.AMX ? 1 : set.tallest() + 1];
        if (set == InstructionSet.AMX) {
            AmxTiles.write(code, convention);
        } else {
            for (int rows = 1; rows <= set.tallest(); rows++) {
                positions[rows] = code.position();
                VectorTiles.write(code, convention, set, rows);
            }
        }
        memory = CodeMemory.of(code.toBytes());
        functions = new MemorySegment[positions.length];
        for (int i = 0; i < positions.length; i++) {
            functions[i] = memory.function(positions[i]);
        }
        configurations = new MemorySegment[AmxTiles.TALLEST + 1];
        for (int rows = 1; rows < configurations.length; rows++) {
            configurations[rows] = Arena.ofAuto().allocate(AmxTiles.CONFIGURATION_BYTES, 64);
            AmxTiles.configure(configurations[rows], rows);
        }
    }

    @Override
    public String description() {
        return "machine code, " + set.title();
    }

    @Override
    public void multiply(
            int rows,
            int inputs,
            MemorySegment levels,
            long levelsAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment sums) {
        if (closed) {
            throw new IllegalStateException("this machine code is closed");
        }
        if (rows < 1 || inputs < 1 || inputs > MAX_INPUTS || inputs % PanelMatrix.INPUTS_STEP != 0) {
            throw new IllegalArgumentException(rows + " rows of " + inputs + " inputs");
        }
        if (!levels.isNative() || !weights.isNative() || !sums.isNative() || sums.isReadOnly()) {
            throw new IllegalArgumentException("expected native memory");
        }
        long room = Math.ceilDiv((long) rows, ROWS_STEP) * ROWS_STEP;
        Objects.checkFromIndexSize(levelsAt, (room - 1) * STRIDE + inputs, levels.byteSize());
        Objects.checkFromIndexSize(weightsAt, (long) inputs * WEIGHTS_PER_INPUT, weights.byteSize());
        Objects.checkFromIndexSize(0, room * SUMS, sums.byteSize());
        try {
            long from = levels.address() + levelsAt;
            long with = weights.address() + weightsAt;
            if (set == InstructionSet.AMX) {
                multiplyTiles(rows, inputs, from, with, sums.address());
            } else {
                multiplyStrips(rows, inputs, from, with, sums.address());
            }
        } finally {
            Reference.reachabilityFence(levels);
            Reference.reachabilityFence(weights);
            Reference.reachabilityFence(sums);
        }
    }

    /** Strips as even as can be, the lower ones first. */
    private void multiplyStrips(int rows, int inputs, long levels, long weights, long sums) {
        int strips = Math.ceilDiv(rows, set.tallest());
        int lower = rows / strips;
        int tall = rows % strips;
        int low = strips - tall;
        multiplyStrips(lower, low, inputs, levels, weights, sums);
        if (tall > 0) {
            long done = (long) low * lower;
            multiplyStrips(lower + 1, tall, inputs, levels + done * STRIDE, weights, sums + done * SUMS);
        }
    }

    private void multiplyStrips(int height, int strips, int inputs, long levels, long weights, long sums) {
        MemorySegment block = arguments.get();
        block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.LEVELS.offset(), levels);
        block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.WEIGHTS.offset(), weights);
        block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.SUMS.offset(), sums);
        block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.GROUPS.offset(), inputs / PanelMatrix.GROUP);
        block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.STRIPS.offset(), strips);
        NativeCalls.call(functions[height], block.address());
    }

    /** Blocks of two tiles of rows, all alike: some rows behind the last are computed for nothing. */
    private void multiplyTiles(int rows, int inputs, long levels, long weights, long sums) {
        int blocks = Math.ceilDiv(rows, 2 * AmxTiles.TALLEST);
        int height = Math.ceilDiv(rows, 2 * blocks);
        MemorySegment block = arguments.get();
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.CONFIGURATION.offset(), configurations[height].address());
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.UPPER_LEVELS.offset(), levels);
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.LOWER_LEVELS.offset(), levels + (long) height * STRIDE);
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.UPPER_SUMS.offset(), sums);
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.LOWER_SUMS.offset(), sums + (long) height * SUMS);
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.WEIGHTS.offset(), weights);
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.STEPS.offset(), inputs / PanelMatrix.INPUTS_STEP);
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.BLOCKS.offset(), blocks);
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.LEVELS_STEP.offset(), 2L * height * STRIDE);
        block.set(ValueLayout.JAVA_LONG, AmxTiles.Field.SUMS_STEP.offset(), 2L * height * SUMS);
        NativeCalls.call(functions[0], block.address());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.close();
        }
    }
}
