package org.clipjava.machinecode;

import static org.clipjava.machinecode.Register.R10;
import static org.clipjava.machinecode.Register.R11;
import static org.clipjava.machinecode.Register.R8;
import static org.clipjava.machinecode.Register.RAX;
import static org.clipjava.machinecode.Register.RCX;
import static org.clipjava.machinecode.Register.RDX;

import org.clipjava.kernel.DotProducts;

/**
 * Writes the innermost loop of a multiply of bf16 on vectors of 512 bits, for a number of rows, strip by strip of so many.
 *
 * <p>An instruction adds the product of a pair's upper halves to a sum and then that of its lower halves. So a pair of two even inputs, the
 * first one above the second, goes on with the sum of even inputs as it is defined, and one of odd inputs with the other.
 *
 * <p>Its argument is a block of {@link VectorTiles.Field}s, and {@code GROUPS} is inputs / 32.
 */
final class PairTiles {
    /** Bytes of the 32 outputs of a pair, and of 32 sums. */
    private static final int ROW = VectorTiles.ROW;

    /** Pairs of which the sums begin anew. */
    private static final int PAIRS = 16;

    private static final VectorLength LENGTH = VectorLength.ZMM;

    /** Registers of a row: of even and odd inputs the left and right outputs. */
    private static final int SUMS = 4;

    private static final int WEIGHTS = 24;
    private static final int PAIR = 28;

    private PairTiles() {}

    /**
     * Writes the function for strips of so many rows.
     *
     * @param rows 1 to the set's tallest
     */
    static void write(Assembler code, Convention convention, int rows) {
        convention.enterVectors(code);
        VectorTiles.forEachStrip(code, rows, DotProducts.PAIRS_STRIDE, () -> strip(code, rows));
        convention.leaveVectors(code);
    }

    private static void strip(Assembler code, int rows) {
        code.mov(RAX, R10);
        code.load(RDX, R8, VectorTiles.Field.WEIGHTS.offset());
        code.load(R11, R8, VectorTiles.Field.GROUPS.offset());
        CodeBuffer.Label loop = code.label();
        for (int sum = 0; sum < rows * SUMS; sum++) {
            code.vpxor(LENGTH, sum, sum, sum);
        }
        for (int pair = 0; pair < PAIRS; pair++) {
            pair(code, rows, pair);
        }
        for (int row = 0; row < rows; row++) {
            add(code, row);
        }
        code.add(RAX, PAIRS * Integer.BYTES);
        code.add(RDX, PAIRS * ROW);
        code.sub(R11, 1);
        code.jumpIfNotZero(loop);
    }

    /** Two even inputs, or two odd ones. */
    private static void pair(Assembler code, int rows, int pair) {
        int weights = WEIGHTS + pair % 2 * 2;
        code.vmovdquLoad(LENGTH, weights, RDX, pair * ROW);
        code.vmovdquLoad(LENGTH, weights + 1, RDX, pair * ROW + LENGTH.bytes());
        for (int row = 0; row < rows; row++) {
            int sums = row * SUMS + pair % 2 * 2;
            int values = PAIR + row % 4;
            code.vpbroadcastd(LENGTH, values, RAX, row * DotProducts.PAIRS_STRIDE + pair * Integer.BYTES);
            code.vdpbf16ps(LENGTH, sums, values, weights);
            code.vdpbf16ps(LENGTH, sums + 1, values, weights + 1);
        }
    }

    /** Adds the sum of odd inputs to that of even ones, and both to what there was. */
    private static void add(Assembler code, int row) {
        for (int half = 0; half < 2; half++) {
            int sum = row * SUMS + half;
            int at = row * ROW + half * LENGTH.bytes();
            code.vaddps(LENGTH, sum, sum, sum + 2);
            code.vmovdquLoad(LENGTH, PAIR, RCX, at);
            code.vaddps(LENGTH, sum, PAIR, sum);
            code.vmovdquStore(LENGTH, RCX, at, sum);
        }
    }
}
