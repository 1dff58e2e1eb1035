package org.clipjava.machinecode;

import static org.clipjava.machinecode.Arm64Register.SP;
import static org.clipjava.machinecode.Arm64Register.X0;
import static org.clipjava.machinecode.Arm64Register.X10;
import static org.clipjava.machinecode.Arm64Register.X11;
import static org.clipjava.machinecode.Arm64Register.X12;
import static org.clipjava.machinecode.Arm64Register.X13;
import static org.clipjava.machinecode.Arm64Register.X14;
import static org.clipjava.machinecode.Arm64Register.X15;
import static org.clipjava.machinecode.Arm64Register.X9;

import org.clipjava.kernel.DotProducts;

/**
 * Writes the innermost loop of a multiply on arm64's vectors, for a number of rows: {@code sums += levels · weights}, strip by strip of
 * so many rows. A pass is as wide as four vectors, 16 outputs; there are two.
 *
 * <p>Without dot products of signed and unsigned bytes, 128 is taken from each level, which flips its upper bit and makes it signed.
 * What that takes from the sums, 128 times the sum of an output's weights, is computed once for all strips, in a place on the stack.
 *
 * <p>Its argument is a block of {@link VectorTiles.Field}s.
 */
final class Arm64Tiles {
    /** Bytes of the 32 outputs of four inputs, and of 32 sums. */
    private static final int ROW = VectorTiles.ROW;

    private static final int VECTOR = 16;

    /** Vectors of a pass. */
    private static final int COLUMNS = 4;

    /** Groups of four inputs that a vector of levels has; inputs come in multiples of 64. */
    private static final int GROUPS = 4;

    /** Behind the sums of six rows. */
    private static final int LEVELS = 24;

    /** 128 in every byte: the least signed one, too. Weights do without this register then. */
    private static final int UPPER_BITS = 31;

    private final Arm64Assembler code;
    private final InstructionSet set;
    private final int rows;

    /** Registers that weights go through, by turns. */
    private final int firstOfWeights;

    private final int countOfWeights;

    private Arm64Tiles(Arm64Assembler code, InstructionSet set, int rows) {
        this.code = code;
        this.set = set;
        this.rows = rows;
        this.firstOfWeights = LEVELS + rows;
        this.countOfWeights = Math.min(COLUMNS, (flips() ? UPPER_BITS : UPPER_BITS + 1) - firstOfWeights);
    }

    /**
     * Writes a function but for its beginning and its end.
     *
     * @param rows 1 to the set's tallest
     */
    static void write(Arm64Assembler code, InstructionSet set, int rows) {
        new Arm64Tiles(code, set, rows).body();
    }

    private boolean flips() {
        return set == InstructionSet.DOTPROD;
    }

    private void body() {
        code.load(X9, X0, VectorTiles.Field.LEVELS.offset());
        code.load(X10, X0, VectorTiles.Field.SUMS.offset());
        code.load(X11, X0, VectorTiles.Field.STRIPS.offset());
        code.mov(X15, rows * DotProducts.STRIDE);
        if (flips()) {
            code.fill(UPPER_BITS, 0x80);
            code.sub(SP, SP, ROW);
            sumWeights();
        }
        CodeBuffer.Label strip = code.label();
        for (int column = 0; column < ROW; column += COLUMNS * VECTOR) {
            pass(column);
        }
        code.add(X9, X9, X15);
        code.add(X10, X10, rows * ROW);
        code.subs(X11, X11, 1);
        code.jumpIfNotZero(strip);
        if (flips()) {
            code.add(SP, SP, ROW);
        }
    }

    /** Puts -128 times the sum of each output's weights on the stack. */
    private void sumWeights() {
        int vectors = ROW / VECTOR;
        code.load(X12, X0, VectorTiles.Field.WEIGHTS.offset());
        code.load(X14, X0, VectorTiles.Field.GROUPS.offset());
        for (int sum = 0; sum < vectors; sum++) {
            code.fill(sum, 0);
        }
        CodeBuffer.Label loop = code.label();
        for (int sum = 0; sum < vectors; sum++) {
            code.loadVector(vectors + sum, X12, sum * VECTOR);
            code.sdot(sum, vectors + sum, UPPER_BITS, 0);
        }
        code.add(X12, X12, ROW);
        code.subs(X14, X14, 1);
        code.jumpIfNotZero(loop);
        for (int sum = 0; sum < vectors; sum++) {
            code.storeVector(SP, sum * VECTOR, sum);
        }
    }

    /** The columns of four vectors, from byte {@code column} of a row of weights and of sums on. */
    private void pass(int column) {
        code.mov(X13, X9);
        code.load(X12, X0, VectorTiles.Field.WEIGHTS.offset());
        code.load(X14, X0, VectorTiles.Field.GROUPS.offset());
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < COLUMNS; i++) {
                code.loadVector(sum(row, i), X10, row * ROW + column + i * VECTOR);
            }
        }
        if (flips()) {
            for (int i = 0; i < COLUMNS; i++) {
                code.loadVector(weights(i), SP, column + i * VECTOR);
                for (int row = 0; row < rows; row++) {
                    code.sub(sum(row, i), sum(row, i), weights(i));
                }
            }
        }
        CodeBuffer.Label loop = code.label();
        for (int row = 0; row < rows; row++) {
            code.loadVector(LEVELS + row, X13, row * DotProducts.STRIDE);
            if (flips()) {
                code.eor(LEVELS + row, LEVELS + row, UPPER_BITS);
            }
        }
        for (int group = 0; group < GROUPS; group++) {
            for (int i = 0; i < COLUMNS; i++) {
                group(group, i, group * ROW + column + i * VECTOR);
            }
        }
        code.add(X13, X13, VECTOR);
        code.add(X12, X12, GROUPS * ROW);
        code.subs(X14, X14, GROUPS);
        code.jumpIfNotZero(loop);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < COLUMNS; i++) {
                code.storeVector(X10, row * ROW + column + i * VECTOR, sum(row, i));
            }
        }
    }

    /** Four inputs of four outputs. */
    private void group(int group, int column, int at) {
        int weights = weights(group * COLUMNS + column);
        code.loadVector(weights, X12, at);
        for (int row = 0; row < rows; row++) {
            multiply(code, set, sum(row, column), weights, LEVELS + row, group);
        }
    }

    /** One instruction. */
    static void multiply(Arm64Assembler code, InstructionSet set, int sum, int weights, int levels, int group) {
        switch (set) {
            case I8MM -> code.sudot(sum, weights, levels, group);
            case DOTPROD -> code.sdot(sum, weights, levels, group);
            default -> throw new IllegalArgumentException(set + " is not of arm64");
        }
    }

    private static int sum(int row, int column) {
        return row * COLUMNS + column;
    }

    private int weights(int turn) {
        return firstOfWeights + turn % countOfWeights;
    }
}
