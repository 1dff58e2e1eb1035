package org.clipjava.image;

import java.util.Random;
import org.clipjava.image.codec.VectorSwitch;

/** Takes {@link VectorHorizontalPass} where it can be had, once it is quicker than {@link ScalarHorizontalPass}. */
final class HorizontalVectors {
    /** Bytes of some 120 photos of 12 megapixels. Running in costs a second or two, and vectors win a hundredth of that of each. */
    static final long BYTES_BEFORE = 1L << 32;

    /** Pixels for one. With fewer, adding up a vector's lanes takes as long as the rest. */
    private static final int SHORTEST_KERNEL = 17;

    private static final int TRIAL_WIDTH = 512;
    private static final int TRIAL_ROWS = 8;
    private static final int TRIAL_WINDOW = 64;

    static final VectorSwitch SWITCH =
            new VectorSwitch("clip-resize-vectors", BYTES_BEFORE, HorizontalVectors::becomeQuicker);

    private HorizontalVectors() {}

    static HorizontalPass quickest(ResampleAxis columns, int most, long bytes) {
        return columns.longestKernel() >= SHORTEST_KERNEL && SWITCH.isOn(bytes) && VectorHorizontalPass.isFor(columns)
                ? new VectorHorizontalPass(columns, most)
                : new ScalarHorizontalPass(columns, most);
    }

    /** On rows like those of a photo. */
    private static boolean becomeQuicker() {
        if (!VectorHorizontalPass.isSupported()) {
            return false;
        }
        ResampleAxis columns = new ResampleAxis(Resampling.BICUBIC, TRIAL_WIDTH, TRIAL_WINDOW, 0, TRIAL_WINDOW);
        HorizontalPass vectors = new VectorHorizontalPass(columns, TRIAL_ROWS);
        HorizontalPass scalars = new ScalarHorizontalPass(columns, TRIAL_ROWS);
        byte[] rows = new byte[3 * TRIAL_WIDTH * TRIAL_ROWS];
        new Random(1).nextBytes(rows);
        return VectorSwitch.becomesQuicker(
                () -> vectors.rows(rows, 0, 3 * TRIAL_WIDTH, TRIAL_ROWS),
                () -> scalars.rows(rows, 0, 3 * TRIAL_WIDTH, TRIAL_ROWS));
    }
}
