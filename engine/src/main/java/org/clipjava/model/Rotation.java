package org.clipjava.model;

import org.clipjava.config.RotaryPositions;
import org.clipjava.config.VisionConfig;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Workers;

/**
 * Turns queries and keys of patches by their places in the picture. Every kernel gets the same from it.
 *
 * @param first tokens before the patches, which are not turned
 * @param headSize D
 * @param sines [patches, D / 2]
 * @param cosines [patches, D / 2]
 */
record Rotation(int first, int headSize, float[] sines, float[] cosines) {
    private static final double TEMPERATURE = 10_000;

    /** Rows that a thread takes at a time. */
    private static final int ROWS = 32;

    /** Of pictures of the model's own size. */
    static Rotation of(VisionConfig config, RotaryPositions positions) {
        int side = config.grid();
        int headSize = config.tower().headSize();
        int pairs = headSize / 2;
        int bands = headSize / 4;
        float[] sines = new float[side * side * pairs];
        float[] cosines = new float[side * side * pairs];
        for (int patch = 0; patch < side * side; patch++) {
            for (int pair = 0; pair < pairs; pair++) {
                int place = pair < bands ? patch % side : patch / side;
                // in the reference's order of operations, as it would be for pictures of another size
                float coordinate = (float) (place + positions.offset()) / side * side;
                float band = 1 / (float) Math.pow(TEMPERATURE, (float) (pair % bands) / bands);
                float angle = coordinate * band;
                sines[patch * pairs + pair] = (float) Math.sin(angle);
                cosines[patch * pairs + pair] = (float) Math.cos(angle);
            }
        }
        return new Rotation(config.classToken() ? 1 : 0, headSize, sines, cosines);
    }

    /**
     * Turns columns {@code from} to {@code to - 1}, which are whole heads.
     *
     * @param x of whole pictures, [B·N, columns]
     */
    void turn(Activations x, int from, int to, Workers workers) {
        int tokens = first + 2 * sines.length / headSize;
        workers.forEach(Math.ceilDiv(x.rows(), ROWS), (piece, scratch) -> {
            float[] row = new float[to - from];
            for (int i = piece * ROWS; i < Math.min(x.rows(), (piece + 1) * ROWS); i++) {
                int patch = i % tokens - first;
                if (patch >= 0) {
                    x.read(i, from, row.length, row, 0);
                    turn(row, patch);
                    x.write(row, 0, i, from, row.length);
                }
            }
        });
    }

    private void turn(float[] row, int patch) {
        int pairs = headSize / 2;
        for (int head = 0; head < row.length; head += headSize) {
            for (int pair = 0; pair < pairs; pair++) {
                float sine = sines[patch * pairs + pair];
                float cosine = cosines[patch * pairs + pair];
                int at = head + 2 * pair;
                float even = row[at];
                float odd = row[at + 1];
                row[at] = even * cosine - odd * sine;
                row[at + 1] = odd * cosine + even * sine;
            }
        }
    }
}
