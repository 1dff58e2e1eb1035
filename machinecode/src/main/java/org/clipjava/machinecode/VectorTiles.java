package org.clipjava.machinecode;

import static org.clipjava.machinecode.Register.R10;
import static org.clipjava.machinecode.Register.R11;
import static org.clipjava.machinecode.Register.R8;
import static org.clipjava.machinecode.Register.R9;
import static org.clipjava.machinecode.Register.RAX;
import static org.clipjava.machinecode.Register.RCX;
import static org.clipjava.machinecode.Register.RDX;

import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.PanelMatrix;

/**
 * Writes the innermost loop of a multiply on vectors, for a number of rows: {@code sums += levels · weights}, strip by strip of so
 * many rows. A pass is as wide as two vectors; there are as many as 32 outputs need.
 *
 * <p>AVX2 has no dot product of bytes. It adds products of two in a short, which has room for them where weights are as {@link WeightPairs}
 * says, and sums of two such shorts in an int.
 *
 * <p>Its argument is a block of {@link Field}s.
 */
final class VectorTiles {
    /** Bytes of the 32 outputs of four inputs, and of 32 sums. */
    static final int ROW = PanelMatrix.WIDTH * PanelMatrix.GROUP;

    /** Behind AVX2's sums, weights, levels and products: 1 in every short. */
    private static final int ONES = 15;

    /** Short loops are written out four times: inputs come in multiples of 64. */
    private static final int ENOUGH_ROWS = 6;

    private static final int SHORT_LOOP = 4;

    /** What a kernel is called with, 64 bits each. */
    enum Field {
        /** Address of the first strip's first level. */
        LEVELS(0),
        /** Address of the weights. */
        WEIGHTS(1),
        /** Address of the first strip's first sum. */
        SUMS(2),
        /** Inputs / 4. */
        GROUPS(3),
        /** Strips, at least one. */
        STRIPS(4);

        private final int index;

        Field(int index) {
            this.index = index;
        }

        int offset() {
            return index * Long.BYTES;
        }
    }

    private final Assembler code;
    private final InstructionSet set;
    private final int rows;
    private final VectorLength length;

    private VectorTiles(Assembler code, InstructionSet set, int rows) {
        this.code = code;
        this.set = set;
        this.rows = rows;
        this.length = set.length();
    }

    /**
     * Writes the function for strips of so many rows.
     *
     * @param rows 1 to the set's tallest
     */
    static void write(Assembler code, Convention convention, InstructionSet set, int rows) {
        convention.enterVectors(code);
        new VectorTiles(code, set, rows).body();
        convention.leaveVectors(code);
    }

    private void body() {
        if (set == InstructionSet.AVX2) {
            code.vpcmpeqd(length, ONES, ONES, ONES);
            code.vpsrlw(length, ONES, ONES, Short.SIZE - 1);
        }
        forEachStrip(code, rows, DotProducts.STRIDE, () -> {
            for (int column = 0; column < ROW; column += 2 * length.bytes()) {
                pass(column);
            }
        });
    }

    /**
     * Writes the loop over strips. In it R10 is the address of the strip's first level, and RCX that of its first sum.
     *
     * @param stride bytes from one row of levels to the next
     * @param strip writes what is done with a strip; leaves R8 to R10 and RCX as they are
     */
    static void forEachStrip(Assembler code, int rows, int stride, Runnable strip) {
        code.load(R10, R8, Field.LEVELS.offset());
        code.load(RCX, R8, Field.SUMS.offset());
        code.load(R9, R8, Field.STRIPS.offset());
        CodeBuffer.Label loop = code.label();
        strip.run();
        code.add(R10, rows * stride);
        code.add(RCX, rows * ROW);
        code.sub(R9, 1);
        code.jumpIfNotZero(loop);
    }

    /** The columns of two vectors, from byte {@code column} of a row of weights and of sums on. */
    private void pass(int column) {
        code.mov(RAX, R10);
        code.load(RDX, R8, Field.WEIGHTS.offset());
        code.load(R11, R8, Field.GROUPS.offset());
        for (int row = 0; row < rows; row++) {
            code.vmovdquLoad(length, 2 * row, RCX, row * ROW + column);
            code.vmovdquLoad(length, 2 * row + 1, RCX, row * ROW + column + length.bytes());
        }
        int times = rows < ENOUGH_ROWS ? SHORT_LOOP : 1;
        CodeBuffer.Label loop = code.label();
        for (int i = 0; i < times; i++) {
            group(i, column);
        }
        code.add(RAX, times * PanelMatrix.GROUP);
        code.add(RDX, times * ROW);
        code.sub(R11, times);
        code.jumpIfNotZero(loop);
        for (int row = 0; row < rows; row++) {
            code.vmovdquStore(length, RCX, row * ROW + column, 2 * row);
            code.vmovdquStore(length, RCX, row * ROW + column + length.bytes(), 2 * row + 1);
        }
    }

    /** Four inputs. */
    private void group(int group, int column) {
        int weights = 2 * set.tallest();
        int level = weights + 2;
        code.vmovdquLoad(length, weights, RDX, group * ROW + column);
        code.vmovdquLoad(length, weights + 1, RDX, group * ROW + column + length.bytes());
        for (int row = 0; row < rows; row++) {
            code.vpbroadcastd(length, level, RAX, row * DotProducts.STRIDE + group * PanelMatrix.GROUP);
            addProducts(2 * row, level, weights);
            addProducts(2 * row + 1, level, weights + 1);
        }
    }

    private void addProducts(int sums, int levels, int weights) {
        if (set != InstructionSet.AVX2) {
            code.vpdpbusd(length, sums, levels, weights);
            return;
        }
        int products = levels + 1;
        code.vpmaddubsw(length, products, levels, weights);
        code.vpmaddwd(length, products, products, ONES);
        code.vpaddd(length, sums, sums, products);
    }
}
