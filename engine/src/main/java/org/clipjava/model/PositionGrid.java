package org.clipjava.model;

/**
 * Position embeddings for pictures of other sizes than the model's: those of the patches are interpolated bicubically, as PyTorch's
 * {@code interpolate(mode="bicubic", align_corners=False)} does it in float32, and those of tokens before the patches stay.
 */
final class PositionGrid {
    /** PyTorch's; Pillow's is -0.5. */
    private static final float A = -0.75f;

    private static final int TAPS = 4;

    private PositionGrid() {}

    /**
     * Positions of another grid.
     *
     * @param positions of a square grid of {@code side} patches, [N, W]
     * @return [tokens of {@code grid}, W]
     */
    static float[] interpolate(float[] positions, int width, int side, PatchGrid grid) {
        float[] out = new float[Math.multiplyExact(grid.tokens(), width)];
        int before = grid.first() * width;
        System.arraycopy(positions, 0, out, 0, before);
        Axis rows = new Axis(side, grid.rows());
        Axis columns = new Axis(side, grid.columns());
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                int to = before + (row * grid.columns() + column) * width;
                for (int i = 0; i < width; i++) {
                    float sum = 0;
                    for (int y = 0; y < TAPS; y++) {
                        float ofRow = 0;
                        for (int x = 0; x < TAPS; x++) {
                            int from = before + (rows.source(row, y) * side + columns.source(column, x)) * width;
                            ofRow += positions[from + i] * columns.weight(column, x);
                        }
                        sum += ofRow * rows.weight(row, y);
                    }
                    out[to + i] = sum;
                }
            }
        }
        return out;
    }

    /** For each place along one side of the new grid, four places of the old one and their weights. */
    private static final class Axis {
        private final int[] sources;
        private final float[] weights;

        Axis(int from, int to) {
            sources = new int[to * TAPS];
            weights = new float[to * TAPS];
            float scale = (float) from / to;
            for (int i = 0; i < to; i++) {
                float place = scale * (i + 0.5f) - 0.5f;
                float floor = (float) Math.floor(place);
                float t = place - floor;
                float[] ofTaps = {outer(t + 1), inner(t), inner(1 - t), outer(1 - t + 1)};
                for (int tap = 0; tap < TAPS; tap++) {
                    sources[i * TAPS + tap] = Math.clamp((int) floor - 1 + tap, 0, from - 1);
                    weights[i * TAPS + tap] = ofTaps[tap];
                }
            }
        }

        int source(int place, int tap) {
            return sources[place * TAPS + tap];
        }

        float weight(int place, int tap) {
            return weights[place * TAPS + tap];
        }

        /** The kernel for a distance up to 1. */
        private static float inner(float x) {
            return ((A + 2) * x - (A + 3)) * x * x + 1;
        }

        /** The kernel for a distance of 1 to 2. */
        private static float outer(float x) {
            return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
        }
    }
}
