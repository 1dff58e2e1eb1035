package org.clipjava.machinecode;

import static org.clipjava.machinecode.Register.R10;
import static org.clipjava.machinecode.Register.R11;
import static org.clipjava.machinecode.Register.R8;
import static org.clipjava.machinecode.Register.R9;
import static org.clipjava.machinecode.Register.RAX;
import static org.clipjava.machinecode.Register.RBX;
import static org.clipjava.machinecode.Register.RCX;
import static org.clipjava.machinecode.Register.RDX;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.clipjava.kernel.DotProducts;

/**
 * Writes the innermost loop of a multiply on tiles: a block of twice so many rows by 32 outputs, in four tiles of sums. A function
 * serves all heights: the rows of a tile are part of what it is configured with. Tiles wait long for memory, so that there is a function
 * for each number of lines that are asked for ahead in each step.
 *
 * <p>Its argument is a block of {@link Field}s.
 */
final class AmxTiles {
    /** Bytes of the 32 outputs of four bytes or two numbers of bf16, and of 32 sums. */
    private static final int ROW = 128;

    /** Bytes of a tile's row: 16 outputs of four or two inputs, 64 or 32 inputs of a row, 16 sums. */
    private static final int TILE_ROW = 64;

    /** Bytes that memory is read by. */
    static final int LINE = 64;

    /** Rows of the tallest tile. */
    static final int TALLEST = 16;

    static final int CONFIGURATION_BYTES = 64;

    // Tiles: sums of upper and lower rows by left and right outputs, levels of upper and lower rows, left and right
    // weights.
    private static final int UPPER_LEFT = 0;
    private static final int UPPER_RIGHT = 1;
    private static final int LOWER_LEFT = 2;
    private static final int LOWER_RIGHT = 3;
    private static final int UPPER = 4;
    private static final int LOWER = 5;
    private static final int LEFT = 6;
    private static final int RIGHT = 7;

    /** What a kernel is called with, 64 bits each. */
    enum Field {
        /** Address of a {@linkplain #configure configuration}. */
        CONFIGURATION(0),
        /** Address of the first upper row's levels; the function changes this and the next three. */
        UPPER_LEVELS(1),
        /** Address of the first lower row's levels. */
        LOWER_LEVELS(2),
        /** Address of the first upper row's sums. */
        UPPER_SUMS(3),
        /** Address of the first lower row's sums. */
        LOWER_SUMS(4),
        /** Address of the weights. */
        WEIGHTS(5),
        /** Bytes of a row's inputs / 64. */
        STEPS(6),
        /** Blocks of rows, at least one. */
        BLOCKS(7),
        /** Bytes from a block's levels to the next one's. */
        LEVELS_STEP(8),
        /** Bytes from a block's sums to the next one's. */
        SUMS_STEP(9),
        /** Address of what will be wanted next. */
        AHEAD(10);

        private final int index;

        Field(int index) {
            this.index = index;
        }

        int offset() {
            return index * Long.BYTES;
        }
    }

    private AmxTiles() {}

    /**
     * Writes a function.
     *
     * @param lines asked for ahead in each step
     */
    static void write(Assembler code, Convention convention, InstructionSet set, int lines) {
        convention.enterVectors(code);
        code.push(RBX); // belongs to the caller
        code.load(RBX, R8, Field.AHEAD.offset());
        code.load(RAX, R8, Field.CONFIGURATION.offset());
        code.ldtilecfg(RAX, 0);
        code.mov(R9, set == InstructionSet.AMX ? DotProducts.STRIDE : DotProducts.PAIRS_STRIDE);
        code.mov(R10, ROW);
        CodeBuffer.Label block = code.label();
        code.load(RAX, R8, Field.UPPER_SUMS.offset());
        code.load(RCX, R8, Field.LOWER_SUMS.offset());
        code.tileloadd(UPPER_LEFT, RAX, R10, 0);
        code.tileloadd(UPPER_RIGHT, RAX, R10, TILE_ROW);
        code.tileloadd(LOWER_LEFT, RCX, R10, 0);
        code.tileloadd(LOWER_RIGHT, RCX, R10, TILE_ROW);
        code.load(RAX, R8, Field.UPPER_LEVELS.offset());
        code.load(RCX, R8, Field.LOWER_LEVELS.offset());
        code.load(RDX, R8, Field.WEIGHTS.offset());
        code.load(R11, R8, Field.STEPS.offset());
        CodeBuffer.Label step = code.label();
        code.tileloadd(LEFT, RDX, R10, 0);
        code.tileloadd(UPPER, RAX, R9, 0);
        multiply(code, set, UPPER_LEFT, UPPER, LEFT);
        code.tileloadd(RIGHT, RDX, R10, TILE_ROW);
        multiply(code, set, UPPER_RIGHT, UPPER, RIGHT);
        code.tileloadd(LOWER, RCX, R9, 0);
        multiply(code, set, LOWER_LEFT, LOWER, LEFT);
        multiply(code, set, LOWER_RIGHT, LOWER, RIGHT);
        code.add(RAX, TILE_ROW);
        code.add(RCX, TILE_ROW);
        code.add(RDX, TALLEST * ROW);
        for (int line = 0; line < lines; line++) {
            code.prefetch(RBX, line * LINE);
        }
        if (lines > 0) {
            code.add(RBX, lines * LINE);
        }
        code.sub(R11, 1);
        code.jumpIfNotZero(step);
        code.load(RAX, R8, Field.UPPER_SUMS.offset());
        code.load(RCX, R8, Field.LOWER_SUMS.offset());
        code.tilestored(RAX, R10, 0, UPPER_LEFT);
        code.tilestored(RAX, R10, TILE_ROW, UPPER_RIGHT);
        code.tilestored(RCX, R10, 0, LOWER_LEFT);
        code.tilestored(RCX, R10, TILE_ROW, LOWER_RIGHT);
        advance(code, Field.UPPER_LEVELS, Field.LEVELS_STEP);
        advance(code, Field.LOWER_LEVELS, Field.LEVELS_STEP);
        advance(code, Field.UPPER_SUMS, Field.SUMS_STEP);
        advance(code, Field.LOWER_SUMS, Field.SUMS_STEP);
        code.load(R11, R8, Field.BLOCKS.offset());
        code.sub(R11, 1);
        code.store(R8, Field.BLOCKS.offset(), R11);
        code.jumpIfNotZero(block);
        code.tilerelease();
        code.pop(RBX);
        convention.leaveVectors(code);
    }

    /** One instruction; a sum of bf16 begins anew in each, and is added to what was there at its end. */
    static void multiply(Assembler code, InstructionSet set, int sums, int rows, int weights) {
        if (set == InstructionSet.AMX) {
            code.tdpbusd(sums, rows, weights);
        } else {
            code.tdpbf16ps(sums, rows, weights);
        }
    }

    private static void advance(Assembler code, Field address, Field step) {
        code.load(RAX, R8, address.offset());
        code.add(RAX, R8, step.offset());
        code.store(R8, address.offset(), RAX);
    }

    /**
     * Writes the shapes of tiles whose levels and sums have so many rows.
     *
     * @param out {@value #CONFIGURATION_BYTES} bytes, all zero
     */
    static void configure(MemorySegment out, int rows) {
        out.set(ValueLayout.JAVA_BYTE, 0, (byte) 1); // the palette
        for (int tile = 0; tile < 8; tile++) {
            out.set(ValueLayout.JAVA_SHORT_UNALIGNED, 16 + 2L * tile, (short) TILE_ROW);
            out.set(ValueLayout.JAVA_BYTE, 48 + tile, (byte) (tile == LEFT || tile == RIGHT ? TALLEST : rows));
        }
    }
}
