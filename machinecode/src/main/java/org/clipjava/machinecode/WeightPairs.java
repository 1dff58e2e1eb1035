package org.clipjava.machinecode;

import static org.clipjava.machinecode.Register.R11;
import static org.clipjava.machinecode.Register.R8;
import static org.clipjava.machinecode.Register.RDX;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Whether pairs of weights can be multiplied as AVX2 multiplies bytes: it adds the products of two neighbours in a short, and where that
 * has no room, takes the last number there is. A level is 255 at most, and 255 · 128 fits. So no pair's sum may be further from zero than
 * 128; of weights of different sign it never is.
 */
final class WeightPairs {
    private static final VectorLength LENGTH = VectorLength.YMM;

    /** Bytes that a step looks at: the 32 outputs of four inputs. */
    private static final int ROW = VectorTiles.ROW;

    private static final int LARGEST_SUM = 128;

    private static final int ONES = 15;
    private static final int LARGEST = 14;

    /** Where the largest sums are put, 16 shorts, behind the {@link VectorTiles.Field}s. */
    private static final int RESULT = 64;

    private WeightPairs() {}

    /** Writes the function that looks for the largest sums; of {@link VectorTiles}' fields it takes weights and groups. */
    static void write(Assembler code, Convention convention) {
        convention.enterVectors(code);
        code.load(RDX, R8, VectorTiles.Field.WEIGHTS.offset());
        code.load(R11, R8, VectorTiles.Field.GROUPS.offset());
        code.vpxor(LENGTH, LARGEST, LARGEST, LARGEST);
        code.vpcmpeqd(LENGTH, ONES, ONES, ONES);
        code.vpabsb(LENGTH, ONES, ONES);
        CodeBuffer.Label loop = code.label();
        for (int i = 0; i < ROW / LENGTH.bytes(); i++) {
            code.vmovdquLoad(LENGTH, i, RDX, i * LENGTH.bytes());
            code.vpmaddubsw(LENGTH, i, ONES, i);
            code.vpabsw(LENGTH, i, i);
            code.vpmaxsw(LENGTH, LARGEST, LARGEST, i);
        }
        code.add(RDX, ROW);
        code.sub(R11, 1);
        code.jumpIfNotZero(loop);
        code.vmovdquStore(LENGTH, R8, RESULT, LARGEST);
        convention.leaveVectors(code);
    }

    /** What the function has found. */
    static boolean fit(MemorySegment block) {
        for (int at = RESULT; at < RESULT + LENGTH.bytes(); at += Short.BYTES) {
            if (block.get(ValueLayout.JAVA_SHORT, at) > LARGEST_SUM) {
                return false;
            }
        }
        return true;
    }
}
