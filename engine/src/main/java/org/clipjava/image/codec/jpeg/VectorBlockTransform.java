package org.clipjava.image.codec.jpeg;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_I2L;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ScalarBlockTransform} with a lane for each column in the first pass and for each row in the second. Blocks that have a first
 * row only are left to it. On vectors narrower than 256 bits it is right, and slow.
 *
 * <p>No method takes or gives a vector: where one is not inlined, and in code of this size the compiler stops doing that, vectors
 * become objects.
 */
final class VectorBlockTransform implements BlockTransform {
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_256;
    private static final VectorSpecies<Long> TWO_LONGS = LongVector.SPECIES_128;

    private static final VectorShuffle<Long> RIGHT = VectorShuffle.fromValues(LONGS, 3, 0, 1, 2);
    private static final VectorShuffle<Long> LEFT = VectorShuffle.fromValues(LONGS, 1, 2, 3, 0);
    private static final VectorMask<Long> ODD = VectorMask.fromValues(LONGS, false, true, false, true);

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Whether the processor has such vectors. */
    static boolean isSupported() {
        return IntVector.SPECIES_PREFERRED.vectorBitSize() >= INTS.vectorBitSize();
    }

    private final ScalarBlockTransform scalar = new ScalarBlockTransform();

    /** What a pass makes, [8, 8]: its k-th values of all lanes side by side. */
    private final int[] made = new int[Blocks.SIZE];

    /** [8, 8] of 16 bits each, what a pass reads. */
    private final long[] given = new long[2 * Blocks.SIDE];

    private final long[] rows = new long[Blocks.SIDE];

    @Override
    public void transform(
            short[] coefficients, int at, int blocks, short[] quantization, byte[] samples, int to, int stride) {
        for (int i = 0; i < blocks; i++) {
            int from = at + i * Blocks.SIZE;
            int sample = to + i * Blocks.SIDE;
            if (isSparse(coefficients, from)) {
                scalar.firstRow(coefficients, from, quantization, samples, sample, stride);
            } else {
                dequantize(coefficients, from, quantization, given);
                pass(
                        given,
                        ScalarBlockTransform.FIRST_HALF,
                        ScalarBlockTransform.FIRST_SHIFT,
                        Short.MIN_VALUE,
                        Short.MAX_VALUE,
                        made);
                turn(made, given);
                pass(given, ScalarBlockTransform.SECOND_HALF, ScalarBlockTransform.SECOND_SHIFT, 0, 255, made);
                store(made, rows, samples, sample, stride);
            }
        }
    }

    /** Whether all below the first row is zero: such a block also overflows in another way. */
    private static boolean isSparse(short[] c, int at) {
        LongVector any = ShortVector.fromArray(SHORTS, c, at + 8)
                .or(ShortVector.fromArray(SHORTS, c, at + 16))
                .or(ShortVector.fromArray(SHORTS, c, at + 24))
                .or(ShortVector.fromArray(SHORTS, c, at + 32))
                .or(ShortVector.fromArray(SHORTS, c, at + 40))
                .or(ShortVector.fromArray(SHORTS, c, at + 48))
                .or(ShortVector.fromArray(SHORTS, c, at + 56))
                .reinterpretAsLongs();
        return (any.lane(0) | any.lane(1)) == 0;
    }

    private static void dequantize(short[] c, int at, short[] q, long[] products) {
        ShortVector.fromArray(SHORTS, c, at)
                .mul(ShortVector.fromArray(SHORTS, q, 0))
                .reinterpretAsLongs()
                .intoArray(products, 0);
        ShortVector.fromArray(SHORTS, c, at + 8)
                .mul(ShortVector.fromArray(SHORTS, q, 8))
                .reinterpretAsLongs()
                .intoArray(products, 4);
        ShortVector.fromArray(SHORTS, c, at + 16)
                .mul(ShortVector.fromArray(SHORTS, q, 16))
                .reinterpretAsLongs()
                .intoArray(products, 2);
        ShortVector.fromArray(SHORTS, c, at + 24)
                .mul(ShortVector.fromArray(SHORTS, q, 24))
                .reinterpretAsLongs()
                .intoArray(products, 6);
        ShortVector.fromArray(SHORTS, c, at + 32)
                .mul(ShortVector.fromArray(SHORTS, q, 32))
                .reinterpretAsLongs()
                .intoArray(products, 8);
        ShortVector.fromArray(SHORTS, c, at + 40)
                .mul(ShortVector.fromArray(SHORTS, q, 40))
                .reinterpretAsLongs()
                .intoArray(products, 12);
        ShortVector.fromArray(SHORTS, c, at + 48)
                .mul(ShortVector.fromArray(SHORTS, q, 48))
                .reinterpretAsLongs()
                .intoArray(products, 10);
        ShortVector.fromArray(SHORTS, c, at + 56)
                .mul(ShortVector.fromArray(SHORTS, q, 56))
                .reinterpretAsLongs()
                .intoArray(products, 14);
    }

    /**
     * The transform of one dimension.
     *
     * @param in [8, lanes] of 16 bits each; those of 1 and 2, and of 5 and 6, have changed places
     * @param out [8, lanes]
     */
    private static void pass(long[] in, int half, int shift, int least, int most, int[] out) {
        ShortVector s0 = LongVector.fromArray(TWO_LONGS, in, 0).reinterpretAsShorts();
        ShortVector s1 = LongVector.fromArray(TWO_LONGS, in, 4).reinterpretAsShorts();
        ShortVector s2 = LongVector.fromArray(TWO_LONGS, in, 2).reinterpretAsShorts();
        ShortVector s3 = LongVector.fromArray(TWO_LONGS, in, 6).reinterpretAsShorts();
        ShortVector s4 = LongVector.fromArray(TWO_LONGS, in, 8).reinterpretAsShorts();
        ShortVector s5 = LongVector.fromArray(TWO_LONGS, in, 12).reinterpretAsShorts();
        ShortVector s6 = LongVector.fromArray(TWO_LONGS, in, 10).reinterpretAsShorts();
        ShortVector s7 = LongVector.fromArray(TWO_LONGS, in, 14).reinterpretAsShorts();
        IntVector d1 = (IntVector) s1.convertShape(S2I, INTS, 0);
        IntVector d2 = (IntVector) s2.convertShape(S2I, INTS, 0);
        IntVector d3 = (IntVector) s3.convertShape(S2I, INTS, 0);
        IntVector d5 = (IntVector) s5.convertShape(S2I, INTS, 0);
        IntVector d6 = (IntVector) s6.convertShape(S2I, INTS, 0);
        IntVector d7 = (IntVector) s7.convertShape(S2I, INTS, 0);

        IntVector z1 = d2.add(d6).mul(ScalarBlockTransform.F_0_541);
        IntVector t2 = z1.sub(d6.mul(ScalarBlockTransform.F_1_847));
        IntVector t3 = z1.add(d2.mul(ScalarBlockTransform.F_0_765));
        IntVector t0 = ((IntVector) s0.add(s4).convertShape(S2I, INTS, 0))
                .lanewise(LSHL, ScalarBlockTransform.FRACTION)
                .add(half);
        IntVector t1 = ((IntVector) s0.sub(s4).convertShape(S2I, INTS, 0))
                .lanewise(LSHL, ScalarBlockTransform.FRACTION)
                .add(half);
        IntVector e0 = t0.add(t3);
        IntVector e3 = t0.sub(t3);
        IntVector e1 = t1.add(t2);
        IntVector e2 = t1.sub(t2);

        IntVector z3 = (IntVector) s7.add(s3).convertShape(S2I, INTS, 0);
        IntVector z4 = (IntVector) s5.add(s1).convertShape(S2I, INTS, 0);
        IntVector z5 = z3.add(z4).mul(ScalarBlockTransform.F_1_175);
        z1 = d7.add(d1).mul(ScalarBlockTransform.F_0_899);
        IntVector z2 = d5.add(d3).mul(ScalarBlockTransform.F_2_562);
        z3 = z5.sub(z3.mul(ScalarBlockTransform.F_1_961));
        z4 = z5.sub(z4.mul(ScalarBlockTransform.F_0_390));
        IntVector o3 = d7.mul(ScalarBlockTransform.F_0_298).sub(z1).add(z3);
        IntVector o2 = d5.mul(ScalarBlockTransform.F_2_053).sub(z2).add(z4);
        IntVector o1 = d3.mul(ScalarBlockTransform.F_3_072).sub(z2).add(z3);
        IntVector o0 = d1.mul(ScalarBlockTransform.F_1_501).sub(z1).add(z4);

        e0.add(o0).lanewise(ASHR, shift).max(least).min(most).intoArray(out, 0);
        e1.add(o1).lanewise(ASHR, shift).max(least).min(most).intoArray(out, 8);
        e2.add(o2).lanewise(ASHR, shift).max(least).min(most).intoArray(out, 16);
        e3.add(o3).lanewise(ASHR, shift).max(least).min(most).intoArray(out, 24);
        e3.sub(o3).lanewise(ASHR, shift).max(least).min(most).intoArray(out, 32);
        e2.sub(o2).lanewise(ASHR, shift).max(least).min(most).intoArray(out, 40);
        e1.sub(o1).lanewise(ASHR, shift).max(least).min(most).intoArray(out, 48);
        e0.sub(o0).lanewise(ASHR, shift).max(least).min(most).intoArray(out, 56);
    }

    /** From rows of ints to columns of shorts. */
    private static void turn(int[] made, long[] columns) {
        IntVector rows01 = IntVector.fromArray(INTS, made, 0)
                .and(0xffff)
                .or(IntVector.fromArray(INTS, made, 8).lanewise(LSHL, 16));
        IntVector rows23 = IntVector.fromArray(INTS, made, 16)
                .and(0xffff)
                .or(IntVector.fromArray(INTS, made, 24).lanewise(LSHL, 16));
        IntVector rows45 = IntVector.fromArray(INTS, made, 32)
                .and(0xffff)
                .or(IntVector.fromArray(INTS, made, 40).lanewise(LSHL, 16));
        IntVector rows67 = IntVector.fromArray(INTS, made, 48)
                .and(0xffff)
                .or(IntVector.fromArray(INTS, made, 56).lanewise(LSHL, 16));
        LongVector upper0 = ((LongVector) rows01.convertShape(ZERO_EXTEND_I2L, LONGS, 0))
                .or(((LongVector) rows23.convertShape(ZERO_EXTEND_I2L, LONGS, 0)).lanewise(LSHL, 32));
        LongVector lower0 = ((LongVector) rows45.convertShape(ZERO_EXTEND_I2L, LONGS, 0))
                .or(((LongVector) rows67.convertShape(ZERO_EXTEND_I2L, LONGS, 0)).lanewise(LSHL, 32));
        upper0.blend(lower0.rearrange(RIGHT), ODD).intoArray(columns, 0);
        upper0.rearrange(LEFT).blend(lower0, ODD).intoArray(columns, 4);
        LongVector upper1 = ((LongVector) rows01.convertShape(ZERO_EXTEND_I2L, LONGS, 1))
                .or(((LongVector) rows23.convertShape(ZERO_EXTEND_I2L, LONGS, 1)).lanewise(LSHL, 32));
        LongVector lower1 = ((LongVector) rows45.convertShape(ZERO_EXTEND_I2L, LONGS, 1))
                .or(((LongVector) rows67.convertShape(ZERO_EXTEND_I2L, LONGS, 1)).lanewise(LSHL, 32));
        upper1.blend(lower1.rearrange(RIGHT), ODD).intoArray(columns, 8);
        upper1.rearrange(LEFT).blend(lower1, ODD).intoArray(columns, 12);
    }

    /** From columns of levels to rows of bytes. */
    private static void store(int[] made, long[] rows, byte[] samples, int to, int stride) {
        IntVector left = IntVector.fromArray(INTS, made, 0)
                .or(IntVector.fromArray(INTS, made, 8).lanewise(LSHL, 8))
                .or(IntVector.fromArray(INTS, made, 16).lanewise(LSHL, 16))
                .or(IntVector.fromArray(INTS, made, 24).lanewise(LSHL, 24));
        IntVector right = IntVector.fromArray(INTS, made, 32)
                .or(IntVector.fromArray(INTS, made, 40).lanewise(LSHL, 8))
                .or(IntVector.fromArray(INTS, made, 48).lanewise(LSHL, 16))
                .or(IntVector.fromArray(INTS, made, 56).lanewise(LSHL, 24));
        ((LongVector) left.convertShape(ZERO_EXTEND_I2L, LONGS, 0))
                .or(((LongVector) right.convertShape(ZERO_EXTEND_I2L, LONGS, 0)).lanewise(LSHL, 32))
                .intoArray(rows, 0);
        ((LongVector) left.convertShape(ZERO_EXTEND_I2L, LONGS, 1))
                .or(((LongVector) right.convertShape(ZERO_EXTEND_I2L, LONGS, 1)).lanewise(LSHL, 32))
                .intoArray(rows, 4);
        for (int y = 0; y < Blocks.SIDE; y++) {
            EIGHT_BYTES.set(samples, to + y * stride, rows[y]);
        }
    }
}
