package org.clipjava.machinecode;

import static org.clipjava.machinecode.Register.R10;
import static org.clipjava.machinecode.Register.R11;
import static org.clipjava.machinecode.Register.R8;
import static org.clipjava.machinecode.Register.RAX;
import static org.clipjava.machinecode.Register.RCX;
import static org.clipjava.machinecode.Register.RDX;

import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.PanelMatrix;

/**
 * Writes AVX2's loop of a multiply for weights of any size ({@link WeightPairs} says which those are): bytes are widened to shorts, of which
 * sums of two products fit an int. A strip's levels are widened once, the weights as they are loaded. A sum is made of two, for inputs 0 and
 * 1, and 2 and 3, of each four.
 *
 * <p>Its argument is a block of {@link VectorTiles.Field}s, with room for the levels of a strip as shorts.
 */
final class ShortTiles {
    /** Rows that are computed together at the most: their sums fit the registers. */
    static final int TALLEST = 6;

    /** Where a strip's levels are put as shorts, from the block's start. */
    private static final int WIDENED = 128;

    /** Bytes from one row of them to the next. */
    private static final int WIDENED_STRIDE = 2 * DotProducts.STRIDE;

    /** Bytes of the block, with the levels of the tallest strip. */
    static final int BLOCK_BYTES = WIDENED + TALLEST * WIDENED_STRIDE;

    private static final VectorLength LENGTH = VectorLength.YMM;

    /** Bytes of the 32 outputs of four inputs, and of 32 sums. */
    private static final int ROW = VectorTiles.ROW;

    /** Outputs of a pass: a vector has the two sums of four. */
    private static final int OUTPUTS = 8;

    /** Levels that are widened at once. */
    private static final int LEVELS = 16;

    private static final int WEIGHTS = 2 * TALLEST;
    private static final int LEVEL = WEIGHTS + 2;
    private static final int PRODUCTS = LEVEL + 1;

    /** The quarters of a vector in the order 0, 2, 1, 3. */
    private static final int INNER_SWAPPED = 0b11_01_10_00;

    private ShortTiles() {}

    /**
     * Writes the function for strips of so many rows.
     *
     * @param rows 1 to {@link #TALLEST}
     */
    static void write(Assembler code, Convention convention, int rows) {
        convention.enterVectors(code);
        VectorTiles.forEachStrip(code, rows, DotProducts.STRIDE, () -> {
            widen(code, rows);
            for (int output = 0; output < PanelMatrix.WIDTH; output += OUTPUTS) {
                pass(code, rows, output);
            }
        });
        convention.leaveVectors(code);
    }

    private static void widen(Assembler code, int rows) {
        code.mov(RAX, R10);
        code.mov(RDX, R8);
        code.load(R11, R8, VectorTiles.Field.GROUPS.offset());
        CodeBuffer.Label loop = code.label();
        for (int row = 0; row < rows; row++) {
            code.vpmovzxbw(row, RAX, row * DotProducts.STRIDE);
            code.vmovdquStore(LENGTH, RDX, WIDENED + row * WIDENED_STRIDE, row);
        }
        code.add(RAX, LEVELS);
        code.add(RDX, LEVELS * Short.BYTES);
        code.sub(R11, LEVELS / PanelMatrix.GROUP);
        code.jumpIfNotZero(loop);
    }

    private static void pass(Assembler code, int rows, int output) {
        code.mov(RAX, R8);
        code.load(RDX, R8, VectorTiles.Field.WEIGHTS.offset());
        code.load(R11, R8, VectorTiles.Field.GROUPS.offset());
        for (int sum = 0; sum < 2 * rows; sum++) {
            code.vpxor(LENGTH, sum, sum, sum);
        }
        CodeBuffer.Label loop = code.label();
        for (int half = 0; half < 2; half++) {
            code.vpmovsxbw(WEIGHTS + half, RDX, (output + half * OUTPUTS / 2) * PanelMatrix.GROUP);
        }
        for (int row = 0; row < rows; row++) {
            code.vpbroadcastq(LEVEL, RAX, WIDENED + row * WIDENED_STRIDE);
            for (int half = 0; half < 2; half++) {
                code.vpmaddwd(LENGTH, PRODUCTS, LEVEL, WEIGHTS + half);
                code.vpaddd(LENGTH, 2 * row + half, 2 * row + half, PRODUCTS);
            }
        }
        code.add(RAX, PanelMatrix.GROUP * Short.BYTES);
        code.add(RDX, ROW);
        code.sub(R11, 1);
        code.jumpIfNotZero(loop);
        for (int row = 0; row < rows; row++) {
            int at = row * ROW + output * Integer.BYTES;
            code.vphaddd(LENGTH, 2 * row, 2 * row, 2 * row + 1);
            code.vpermq(2 * row, 2 * row, INNER_SWAPPED);
            code.vmovdquLoad(LENGTH, PRODUCTS, RCX, at);
            code.vpaddd(LENGTH, PRODUCTS, PRODUCTS, 2 * row);
            code.vmovdquStore(LENGTH, RCX, at, PRODUCTS);
        }
    }
}
