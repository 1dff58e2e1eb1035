package org.clipjava.model;

import java.util.Arrays;
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
            return new Taps(sources, new float[] {outer(t + 1), inner(t), inner(1 - t), outer(1 - t + 1)});
        }
    },

    /** {@code mode="bilinear", antialias=True}: of all places that a new one covers, and of two at least; the nearer, the more. */
    BILINEAR {
        @Override
        Taps taps(int from, int to, int place) {
            float scale = (float) from / to;
            float reach = Math.max(scale, 1);
            float centre = scale * (place + 0.5f);
            int first = Math.max((int) (centre - reach + 0.5f), 0);
            int end = Math.min((int) (centre + reach + 0.5f), from);
            int[] sources = new int[end - first];
            float[] weights = new float[end - first];
            float sum = 0;
            for (int tap = 0; tap < weights.length; tap++) {
                sources[tap] = first + tap;
                weights[tap] = Math.max(0, 1 - Math.abs((first + tap - centre + 0.5f) * (1 / reach)));
                sum += weights[tap];
            }
            for (int tap = 0; tap < weights.length; tap++) {
                weights[tap] /= sum;
            }
            return new Taps(sources, weights);
        }
    };

    /** PyTorch's; Pillow's is -0.5. */
    private static final float A = -0.75f;

    /** As the model was trained, or as it is done to those that were trained with pictures of one size. */
    static PositionGrid of(VisionConfig config) {
        return config.anyShape() ? BILINEAR : BICUBIC;
    }

    /**
     * Places along a side of the old grid, and their weights.
     *
     * @param sources of which some may be the same
     */
    record Taps(int[] sources, float[] weights) {}

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
    private static float inner(float x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    /** The cubic kernel for a distance of 1 to 2. */
    private static float outer(float x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }
}
