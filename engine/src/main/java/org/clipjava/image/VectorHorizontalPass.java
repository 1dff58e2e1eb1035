package org.clipjava.image;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.clipjava.image.ResampleAxis.Kernel;

/**
 * {@link ScalarHorizontalPass} along the rows: bytes are widened eight at a time as they lie, red, green and blue in turn, and
 * multiplied by weights that lie threefold. Eight pixels are three vectors, in each of which a colour has other lanes than in the other
 * two; so blends bring a colour's sums into one vector. What a vector's lanes add up to is found for eight of them together.
 *
 * <p>Two rows are done at a time, for they share their weights. On vectors narrower than 256 bits it is right, and slow. No method
 * takes or gives a vector: see {@code VectorBlockTransform}.
 */
final class VectorHorizontalPass implements HorizontalPass {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64;
    private static final int LANES = 8;

    /** Eight pixels: weights, or samples. */
    private static final int GROUP = 3 * LANES;

    /** Where red is in the first vector of a group, green in the third, blue in the second; and so on. */
    private static final VectorMask<Integer> LANES_036 = lanes(0, 3, 6);

    private static final VectorMask<Integer> LANES_147 = lanes(1, 4, 7);
    private static final VectorMask<Integer> LANES_25 = lanes(2, 5);

    private static final VectorMask<Integer> ODD = lanes(1, 3, 5, 7);
    private static final VectorMask<Integer> ODD_PAIRS = lanes(2, 3, 6, 7);
    private static final VectorMask<Integer> UPPER = lanes(4, 5, 6, 7);
    private static final VectorShuffle<Integer> SWAP = VectorShuffle.fromValues(INTS, 1, 0, 3, 2, 5, 4, 7, 6);
    private static final VectorShuffle<Integer> SWAP_PAIRS = VectorShuffle.fromValues(INTS, 2, 3, 0, 1, 6, 7, 4, 5);
    private static final VectorShuffle<Integer> SWAP_HALVES = VectorShuffle.fromValues(INTS, 4, 5, 6, 7, 0, 1, 2, 3);

    private final int columns;

    /** Of each output column: where its samples start in a row, its weights, and how many groups it has. */
    private final int[] starts;

    private final int[] weightStarts;
    private final int[] groups;
    private final int[] weights;
    private final int[][] band;

    /** Two rows' sums, [columns, 3, lanes]. */
    private final int[] upper;

    private final int[] lower;

    /** @param most rows that will come together */
    VectorHorizontalPass(ResampleAxis axis, int most) {
        columns = axis.windowSize();
        starts = new int[columns];
        weightStarts = new int[columns];
        groups = new int[columns];
        int[] all = new int[columns * GROUP * groups(axis.longestKernel())];
        int end = 0;
        for (int x = 0; x < columns; x++) {
            Kernel kernel = axis.kernel(x);
            groups[x] = groups(kernel.weights().length);
            int first = Math.min(kernel.first(), axis.sourceSize() - LANES * groups[x]);
            starts[x] = 3 * first;
            weightStarts[x] = end;
            for (int i = 0; i < GROUP * groups[x]; i++) {
                all[end++] = kernel.weight(first + i / 3 - kernel.first());
            }
        }
        weights = Arrays.copyOf(all, end);
        band = new int[most][3 * columns];
        upper = new int[GROUP * columns];
        lower = new int[GROUP * columns];
    }

    /** Whether the processor has such vectors. */
    static boolean isSupported() {
        return IntVector.SPECIES_PREFERRED.vectorBitSize() >= INTS.vectorBitSize();
    }

    /** Whether the window and the source are wide enough, and there is something to do. */
    static boolean isFor(ResampleAxis axis) {
        int pixels = LANES * groups(axis.longestKernel());
        return !axis.isIdentity()
                && 3 * axis.windowSize() >= LANES
                && pixels <= axis.sourceSize()
                && 3L * axis.windowSize() * pixels <= KEPT_WEIGHTS;
    }

    private static int groups(int pixels) {
        return Math.ceilDiv(pixels, LANES);
    }

    private static VectorMask<Integer> lanes(int... lanes) {
        boolean[] set = new boolean[LANES];
        for (int lane : lanes) {
            set[lane] = true;
        }
        return VectorMask.fromArray(INTS, set, 0);
    }

    @Override
    public int[][] rows(byte[] rgb, int at, int rowBytes, int count) {
        for (int row = 0; row < count; row += 2) {
            int second = Math.min(row + 1, count - 1);
            int from = at + row * rowBytes;
            int to = at + second * rowBytes;
            for (int x = 0; x < columns; x++) {
                multiply(
                        rgb,
                        from + starts[x],
                        to + starts[x],
                        weights,
                        weightStarts[x],
                        groups[x],
                        upper,
                        lower,
                        GROUP * x);
            }
            addLanes(upper, band[row], 3 * columns);
            addLanes(lower, band[second], 3 * columns);
        }
        return band;
    }

    /** The sums of one output column of two rows, by lane. */
    private static void multiply(
            byte[] rgb, int a, int b, int[] weights, int start, int groups, int[] upper, int[] lower, int to) {
        IntVector w0 = IntVector.fromArray(INTS, weights, start);
        IntVector w1 = IntVector.fromArray(INTS, weights, start + 8);
        IntVector w2 = IntVector.fromArray(INTS, weights, start + 16);
        IntVector a0 = w0.mul(ByteVector.fromArray(BYTES, rgb, a).convertShape(ZERO_EXTEND_B2I, INTS, 0));
        IntVector a1 = w1.mul(ByteVector.fromArray(BYTES, rgb, a + 8).convertShape(ZERO_EXTEND_B2I, INTS, 0));
        IntVector a2 = w2.mul(ByteVector.fromArray(BYTES, rgb, a + 16).convertShape(ZERO_EXTEND_B2I, INTS, 0));
        IntVector b0 = w0.mul(ByteVector.fromArray(BYTES, rgb, b).convertShape(ZERO_EXTEND_B2I, INTS, 0));
        IntVector b1 = w1.mul(ByteVector.fromArray(BYTES, rgb, b + 8).convertShape(ZERO_EXTEND_B2I, INTS, 0));
        IntVector b2 = w2.mul(ByteVector.fromArray(BYTES, rgb, b + 16).convertShape(ZERO_EXTEND_B2I, INTS, 0));
        for (int g = 1; g < groups; g++) {
            int i = GROUP * g;
            w0 = IntVector.fromArray(INTS, weights, start + i);
            w1 = IntVector.fromArray(INTS, weights, start + i + 8);
            w2 = IntVector.fromArray(INTS, weights, start + i + 16);
            a0 = a0.add(w0.mul(ByteVector.fromArray(BYTES, rgb, a + i).convertShape(ZERO_EXTEND_B2I, INTS, 0)));
            a1 = a1.add(w1.mul(ByteVector.fromArray(BYTES, rgb, a + i + 8).convertShape(ZERO_EXTEND_B2I, INTS, 0)));
            a2 = a2.add(w2.mul(ByteVector.fromArray(BYTES, rgb, a + i + 16).convertShape(ZERO_EXTEND_B2I, INTS, 0)));
            b0 = b0.add(w0.mul(ByteVector.fromArray(BYTES, rgb, b + i).convertShape(ZERO_EXTEND_B2I, INTS, 0)));
            b1 = b1.add(w1.mul(ByteVector.fromArray(BYTES, rgb, b + i + 8).convertShape(ZERO_EXTEND_B2I, INTS, 0)));
            b2 = b2.add(w2.mul(ByteVector.fromArray(BYTES, rgb, b + i + 16).convertShape(ZERO_EXTEND_B2I, INTS, 0)));
        }
        a0.blend(a1, LANES_147).blend(a2, LANES_25).intoArray(upper, to);
        a0.blend(a1, LANES_25).blend(a2, LANES_036).intoArray(upper, to + 8);
        a0.blend(a1, LANES_036).blend(a2, LANES_147).intoArray(upper, to + 16);
        b0.blend(b1, LANES_147).blend(b2, LANES_25).intoArray(lower, to);
        b0.blend(b1, LANES_25).blend(b2, LANES_036).intoArray(lower, to + 8);
        b0.blend(b1, LANES_036).blend(b2, LANES_147).intoArray(lower, to + 16);
    }

    /**
     * The levels that lanes add up to: of two vectors in one, of four, of eight. The last eight may overlap those before.
     *
     * @param sums [count, lanes]
     */
    private static void addLanes(int[] sums, int[] levels, int count) {
        for (int i = 0; i < count; i += LANES) {
            int first = Math.min(i, count - LANES);
            int at = LANES * first;
            IntVector v0 = IntVector.fromArray(INTS, sums, at);
            IntVector v1 = IntVector.fromArray(INTS, sums, at + 8);
            IntVector two01 = v0.blend(v1, ODD).add(v1.blend(v0, ODD).rearrange(SWAP));
            IntVector v2 = IntVector.fromArray(INTS, sums, at + 16);
            IntVector v3 = IntVector.fromArray(INTS, sums, at + 24);
            IntVector two23 = v2.blend(v3, ODD).add(v3.blend(v2, ODD).rearrange(SWAP));
            IntVector four0 = two01.blend(two23, ODD_PAIRS)
                    .add(two23.blend(two01, ODD_PAIRS).rearrange(SWAP_PAIRS));
            IntVector v4 = IntVector.fromArray(INTS, sums, at + 32);
            IntVector v5 = IntVector.fromArray(INTS, sums, at + 40);
            IntVector two45 = v4.blend(v5, ODD).add(v5.blend(v4, ODD).rearrange(SWAP));
            IntVector v6 = IntVector.fromArray(INTS, sums, at + 48);
            IntVector v7 = IntVector.fromArray(INTS, sums, at + 56);
            IntVector two67 = v6.blend(v7, ODD).add(v7.blend(v6, ODD).rearrange(SWAP));
            IntVector four4 = two45.blend(two67, ODD_PAIRS)
                    .add(two67.blend(two45, ODD_PAIRS).rearrange(SWAP_PAIRS));
            four0.blend(four4, UPPER)
                    .add(four4.blend(four0, UPPER).rearrange(SWAP_HALVES))
                    .add(ResampleAxis.HALF)
                    .lanewise(ASHR, ResampleAxis.PRECISION_BITS)
                    .max(0)
                    .min(255)
                    .intoArray(levels, first);
        }
    }
}
