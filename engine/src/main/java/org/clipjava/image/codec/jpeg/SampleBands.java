package org.clipjava.image.codec.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import org.clipjava.image.codec.CodecException;

/**
 * From rows of blocks to rows of RGB: transforms them, interpolates the components that have fewer samples, converts the
 * colours. Blocks are transformed to {@link Samples} of some bands, those of several at the same time if need be; rows come one after the
 * other. The samples before the last ones have to stay, since a row is interpolated with those beside it.
 */
final class SampleBands {
    /** How a component that has fewer samples gets as many as the picture has pixels. */
    private enum Upsampling {
        NONE,

        /** Half as many in a row: nearer 3/4, further 1/4. */
        ACROSS,

        /** Half as many in a column. */
        DOWN,

        BOTH,

        /** Any whole factor: each is repeated. */
        REPEAT;

        /** libjpeg-turbo's choice, in its order. */
        static Upsampling of(Component component, PlaneSize size, Frame frame, Reduction reduction, Input in)
                throws CodecException {
            int mostH = frame.mostH();
            int mostV = frame.mostV();
            int times = size.side() / reduction.side();
            int h = component.h * times;
            int v = component.v * times;
            if (h == mostH && v == mostV) {
                return NONE;
            }
            boolean interpolates = reduction != Reduction.EIGHTH;
            if (2 * h == mostH && v == mostV) {
                return interpolates && size.width() > 2 ? ACROSS : REPEAT;
            }
            if (h == mostH && 2 * v == mostV) {
                return interpolates ? DOWN : REPEAT;
            }
            if (2 * h == mostH && 2 * v == mostV) {
                return interpolates && size.width() > 2 ? BOTH : REPEAT;
            }
            if (mostH % h == 0 && mostV % v == 0) {
                return REPEAT;
            }
            throw in.unsupported("expected sampling factors that divide the largest, found " + component.h + "x"
                    + component.v + " of " + mostH + "x" + mostV + "; convert it to PNG first");
        }

        boolean needsRowBelow() {
            return this == DOWN || this == BOTH;
        }
    }

    private static final VarHandle TWO_BYTES =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final Frame frame;

    /** Of the rows that are handed over. */
    private final int width;

    private final int height;

    private final RowConsumer consumer;
    private final ColorConverter colors;
    private final Plane[] planes;
    private final boolean needsRowBelow;

    /** Samples that the side of a block becomes, of the component that has most of them. */
    private final int side;

    private final byte[] rgb;
    private final int batch;
    private int rowsDone;
    private int rowsInBatch;

    SampleBands(Frame frame, JpegColors colors, Reduction reduction, RowConsumer consumer, Input in)
            throws CodecException {
        this.frame = frame;
        this.consumer = consumer;
        width = reduction.of(frame.width());
        height = reduction.of(frame.height());
        side = reduction.side();
        this.colors = new ColorConverter(colors, width);
        List<Component> components = frame.components();
        planes = new Plane[components.size()];
        boolean below = false;
        for (int i = 0; i < planes.length; i++) {
            Component component = components.get(i);
            PlaneSize size = PlaneSize.of(component, frame, reduction);
            Upsampling upsampling = Upsampling.of(component, size, frame, reduction, in);
            planes[i] = new Plane(component, size, upsampling, frame, side);
            below |= upsampling.needsRowBelow();
        }
        needsRowBelow = below;
        batch = Math.min(frame.mostV() * side, height);
        rgb = new byte[3 * width * batch + ColorConverter.ROOM];
    }

    /** Samples of a picture's successive bands, for one thread at a time. */
    final class Samples {
        private final byte[][] ofPlanes = new byte[planes.length][];
        private final BlockTransform[] transforms = new BlockTransform[planes.length];
        private int firstBand;

        private Samples(int bands) {
            for (int i = 0; i < planes.length; i++) {
                Plane plane = planes[i];
                int side = plane.size.side();
                ofPlanes[i] = new byte[bands * plane.rowsOfBand * plane.stride];
                transforms[i] = side == Blocks.SIDE ? new AdaptiveBlockTransform() : new ReducedBlockTransform(side);
            }
        }

        /** What it had is no longer needed. */
        void begin(int band) {
            firstBand = band;
        }

        /**
         * Transforms a row of blocks.
         *
         * @param at where it begins in {@code coefficients}
         * @param row of the component's blocks in the picture
         */
        void transform(Component component, short[] coefficients, int at, int row) {
            Plane plane = planes[component.index];
            int side = plane.size.side();
            transforms[component.index].transform(
                    coefficients,
                    at,
                    component.blocksAcross,
                    component.quantization,
                    ofPlanes[component.index],
                    (row * side - firstBand * plane.rowsOfBand) * plane.stride,
                    plane.stride);
        }
    }

    /** @param bands that it has room for */
    Samples samples(int bands) {
        return new Samples(bands);
    }

    /**
     * Hands over the rows that need no more than these samples and those before.
     *
     * @param bands that are transformed, from {@link Samples#begin}'s on
     */
    void finish(Samples samples, int bands) {
        for (int i = 0; i < planes.length; i++) {
            planes[i].goOnWith(samples.ofPlanes[i], samples.firstBand * planes[i].rowsOfBand);
        }
        int behind = samples.firstBand + bands;
        boolean last = behind == frame.bands();
        int groups = side * behind;
        if (needsRowBelow && !last) {
            groups--;
        }
        int rows = last ? height : Math.min(groups * frame.mostV(), height);
        while (rowsDone < rows) {
            for (Plane plane : planes) {
                plane.prepareRow(rowsDone);
            }
            colors.convert(planes, rgb, 3 * width * rowsInBatch);
            rowsDone++;
            if (++rowsInBatch == batch) {
                handOver();
            }
        }
        if (last && rowsInBatch > 0) {
            handOver();
        }
    }

    private void handOver() {
        int count = rowsInBatch;
        rowsInBatch = 0;
        consumer.rows(rowsDone - count, count, rgb);
    }

    /** The samples of one component. */
    static final class Plane {
        private final PlaneSize size;
        private final Upsampling upsampling;
        private final int acrossFactor;
        private final int downFactor;
        private final int rowsOfBand;
        private final int stride;
        private final byte[] upsampled;

        /** Rows of samples from {@link #firstRow} on. */
        private byte[] samples = {};

        private int firstRow;
        private byte[] samplesBefore = {};
        private int firstRowBefore;

        /** A row's samples, weighted with those of the row beside. */
        private final int[] sums;

        /** The row that is upsampled, the one above and the one below, each at its number modulo 3. */
        private final int[][] widened;

        private final int[] widenedRows = {-1, -1, -1};

        /** The upsampled row's samples, pair by pair; {@link #packed} tells whether they are in {@link #upsampled}, too. */
        private final int[] left;

        private final int[] right;
        private boolean packed;

        /** The row that was prepared: in {@link #rowArray} from {@link #rowOffset} on. */
        private byte[] rowArray;

        private int rowOffset;

        private Plane(Component component, PlaneSize size, Upsampling upsampling, Frame frame, int leastSide) {
            this.size = size;
            this.upsampling = upsampling;
            int side = size.side();
            acrossFactor = frame.mostH() * leastSide / (component.h * side);
            downFactor = frame.mostV() * leastSide / (component.v * side);
            rowsOfBand = side * component.v;
            stride = component.blocksAcross * side;
            boolean none = upsampling == Upsampling.NONE;
            upsampled = new byte[none ? 0 : acrossFactor * size.width()];
            boolean pairwise = upsampling == Upsampling.BOTH || upsampling == Upsampling.ACROSS;
            sums = new int[pairwise ? size.width() : 0];
            widened = new int[widenedRows.length][upsampling == Upsampling.BOTH ? size.width() : 0];
            left = new int[pairwise ? size.width() : 0];
            right = new int[left.length];
            rowArray = samples;
        }

        /** Whether it has a sample for each pixel. */
        boolean isWhole() {
            return upsampling == Upsampling.NONE;
        }

        /** Whether it has a sample for each two pixels of a row, which are in {@link #left} and {@link #right} once prepared. */
        boolean isPairwise() {
            return left.length > 0;
        }

        int[] left() {
            return left;
        }

        int[] right() {
            return right;
        }

        byte[] rowArray() {
            if (isPairwise() && !packed) {
                for (int x = 0; x < size.width(); x++) {
                    TWO_BYTES.set(upsampled, 2 * x, (short) (left[x] | right[x] << 8));
                }
                packed = true;
            }
            return rowArray;
        }

        int rowOffset() {
            return rowOffset;
        }

        private void goOnWith(byte[] next, int first) {
            samplesBefore = samples;
            firstRowBefore = firstRow;
            samples = next;
            firstRow = first;
        }

        private byte[] samplesOf(int row) {
            return row >= firstRow ? samples : samplesBefore;
        }

        private int offset(int row) {
            return (row - (row >= firstRow ? firstRow : firstRowBefore)) * stride;
        }

        private void prepareRow(int y) {
            int row = y / downFactor;
            if (upsampling == Upsampling.NONE) {
                rowArray = samplesOf(row);
                rowOffset = offset(row);
                return;
            }
            rowArray = upsampled;
            packed = false;
            boolean upper = y % 2 == 0;
            int beside = Math.clamp(upper ? row - 1 : row + 1, 0, size.height() - 1);
            switch (upsampling) {
                case ACROSS -> across(row);
                case DOWN -> down(row, beside, upper ? 1 : 2);
                case BOTH -> both(widened(row), widened(beside));
                default -> repeat(row);
            }
        }

        private void across(int row) {
            ColorConverter.widen(samplesOf(row), offset(row), sums, size.width());
            interpolate(1, 2, 2);
        }

        /**
         * Two samples for each of {@link #sums}: 3/4 of it and 1/4 of the one beside, shifted by the weight of all. Those beside come
         * to their place first, for loops of equal indices alone are vectorised.
         */
        private void interpolate(int leftHalf, int rightHalf, int shift) {
            int last = size.width() - 1;
            System.arraycopy(sums, 0, left, 1, last);
            left[0] = sums[0];
            System.arraycopy(sums, 1, right, 0, last);
            right[last] = sums[last];
            for (int x = 0; x <= last; x++) {
                left[x] = (3 * sums[x] + left[x] + leftHalf) >> shift;
            }
            for (int x = 0; x <= last; x++) {
                right[x] = (3 * sums[x] + right[x] + rightHalf) >> shift;
            }
        }

        private void down(int row, int beside, int half) {
            byte[] nearSamples = samplesOf(row);
            byte[] besideSamples = samplesOf(beside);
            int near = offset(row);
            int next = offset(beside);
            for (int x = 0; x < size.width(); x++) {
                int weighted = 3 * (nearSamples[near + x] & 0xff) + (besideSamples[next + x] & 0xff);
                upsampled[x] = (byte) ((weighted + half) >> 2);
            }
        }

        private void both(int[] near, int[] beside) {
            for (int x = 0; x < size.width(); x++) {
                sums[x] = 3 * near[x] + beside[x];
            }
            interpolate(8, 7, 4);
        }

        /** A row's samples as ints, which are asked for four times. */
        private int[] widened(int row) {
            int place = row % widened.length;
            if (widenedRows[place] != row) {
                ColorConverter.widen(samplesOf(row), offset(row), widened[place], size.width());
                widenedRows[place] = row;
            }
            return widened[place];
        }

        private void repeat(int row) {
            byte[] nearSamples = samplesOf(row);
            int near = offset(row);
            for (int x = 0, to = 0; x < size.width(); x++) {
                for (int i = 0; i < acrossFactor; i++) {
                    upsampled[to++] = nearSamples[near + x];
                }
            }
        }
    }
}
