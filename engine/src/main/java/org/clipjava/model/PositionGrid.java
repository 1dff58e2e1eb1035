package org.clipjava.model;

import java.util.Arrays;
import org.clipjava.config.PositionFilter;
import org.clipjava.config.VisionConfig;

/**
 * Position embeddings for pictures of another grid than the model's: those of the patches are interpolated as PyTorch's
 * {@code interpolate(align_corners=False)} does it in float32, and those of tokens before the patches stay.
 */
enum PositionGrid {
    /** {@code mode="bicubic"}: of four places along a side, however many a new one covers. */
    BICUBIC {
        @Override
        Taps taps(int from, int to, int place) {
            float centre = (float) from / to * (place + 0.5f) - 0.5f;
            float floor = (float) Math.floor(centre);
            float t = centre - floor;
            int[] sources = new int[4];
            for (int tap = 0; tap < sources.length; tap++) {
                sources[tap] = Math.clamp((int) floor - 1 + tap, 0, from - 1);
            }
            return new Taps(sources, new float[] {outer(t + 1, A), inner(t, A), inner(1 - t, A), outer(1 - t + 1, A)});
        }
    },

    /** {@code mode="bilinear", antialias=True}: of all places that a new one covers, and of two at least; the nearer, the more. */
    BILINEAR {
        @Override
        Taps taps(int from, int to, int place) {
            return covered(from, to, place, 1, distance -> Math.max(0, 1 - distance));
        }
    },

    /** {@code mode="bicubic", antialias=True}: of all places that a new one covers or is next to, and of four at least. */
    BICUBIC_OF_COVERED {
        @Override
        Taps taps(int from, int to, int place) {
            return covered(
                    from,
                    to,
                    place,
                    2,
                    distance ->
                            distance < 1 ? inner(distance, PILLOWS_A) : distance < 2 ? outer(distance, PILLOWS_A) : 0);
        }
    };

    /** PyTorch's without antialiasing. */
    private static final float A = -0.75f;

    /** Pillow's, and PyTorch's with it. */
    private static final float PILLOWS_A = -0.5f;

    /** As the model was trained, or as it is done to those that were trained with pictures of one size. */
    static PositionGrid of(VisionConfig config) {
        return config.positionFilter()
                .map(filter -> filter == PositionFilter.BILINEAR ? BILINEAR : BICUBIC_OF_COVERED)
                .orElse(BICUBIC);
    }

    /**
     * Places along a side of the old grid, and their weights.
     *
     * @param sources of which some may be the same
     */
    record Taps(int[] sources, float[] weights) {}

    /** The weight of a place. */
    private interface Weight {
        /** @param distance from the centre, in places of the wider grid; at least 0 */
        float at(float distance);
    }

    /**
     * All places within reach, which is stretched where the new grid has fewer places.
     *
     * @param support how far a place of the wider grid reaches
     */
    private static Taps covered(int from, int to, int place, float support, Weight weight) {
        float scale = (float) from / to;
        float stretch = Math.max(scale, 1);
        float reach = support * stretch;
        float centre = scale * (place + 0.5f);
        int first = Math.max((int) (centre - reach + 0.5f), 0);
        int end = Math.min((int) (centre + reach + 0.5f), from);
        int[] sources = new int[end - first];
        float[] weights = new float[end - first];
        float sum = 0;
        for (int tap = 0; tap < weights.length; tap++) {
            sources[tap] = first + tap;
            weights[tap] = weight.at(Math.abs((first + tap - centre + 0.5f) * (1 / stretch)));
            sum += weights[tap];
        }
        for (int tap = 0; tap < weights.length; tap++) {
            weights[tap] /= sum;
        }
        return new Taps(sources, weights);
    }

    /** What one of {@code to} places along a side of the new grid is made of. */
    abstract Taps taps(int from, int to, int place);

    /**
     * Positions of another grid.
     *
     * @param positions of a square grid of {@code side} patches, [N, W]
     * @return [tokens of {@code grid}, W]
     */
    float[] interpolate(float[] positions, int width, int side, PatchGrid grid) {
        float[] out = new float[Math.multiplyExact(grid.tokens(), width)];
        int before = grid.first() * width;
        System.arraycopy(positions, 0, out, 0, before);
        Taps[] columns = axis(side, grid.columns());
        float[] ofRow = new float[width];
        int to = before;
        for (Taps row : axis(side, grid.rows())) {
            for (Taps column : columns) {
                for (int y = 0; y < row.sources.length; y++) {
                    Arrays.fill(ofRow, 0);
                    for (int x = 0; x < column.sources.length; x++) {
                        int from = before + (row.sources[y] * side + column.sources[x]) * width;
                        add(positions, from, column.weights[x], ofRow, 0, width);
                    }
                    add(ofRow, 0, row.weights[y], out, to, width);
                }
                to += width;
            }
        }
        return out;
    }

    private static void add(float[] values, int from, float weight, float[] sums, int to, int count) {
        for (int i = 0; i < count; i++) {
            sums[to + i] += values[from + i] * weight;
        }
    }

    private Taps[] axis(int from, int to) {
        Taps[] axis = new Taps[to];
        for (int place = 0; place < to; place++) {
            axis[place] = taps(from, to, place);
        }
        return axis;
    }

    /** The cubic kernel for a distance up to 1. */
    private static float inner(float x, float a) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    }

    /** The cubic kernel for a distance of 1 to 2. */
    private static float outer(float x, float a) {
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
    }
}
