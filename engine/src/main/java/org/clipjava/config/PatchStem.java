package org.clipjava.config;

import java.util.List;

/**
 * Convolutions that stand before the patches' embedding and do not overlap: each makes one state of a square of pixels or of states, and
 * GELU (erf) follows it. The patches' embedding takes what squares the last one leaves of a patch. Immutable and thread-safe.
 *
 * @param stages the first first; one to eight
 */
public record PatchStem(List<Stage> stages) {
    private static final int MOST_VALUES = 1 << 22;

    /**
     * One convolution.
     *
     * @param side of a square, in pixels or states
     * @param width of a state
     */
    public record Stage(int side, int width) {
        /**
         * A convolution.
         *
         * @throws IllegalArgumentException if a size is out of range
         */
        public Stage {
            ConfigChecks.inRange("stem side", side, 1, 1 << 8);
            ConfigChecks.inRange("stem width", width, 1, 1 << 16);
        }
    }

    /**
     * Some convolutions.
     *
     * @throws IllegalArgumentException if they are none, or too many, or one takes more values than any model could have
     */
    public PatchStem {
        stages = List.copyOf(stages);
        ConfigChecks.inRange("stem stages", stages.size(), 1, 8);
        int columns = 3;
        for (Stage stage : stages) {
            checkValues(stage.side, columns);
            columns = stage.width;
        }
    }

    /** What one state is made of; keeps the arithmetic of sizes inside an int. */
    static void checkValues(int side, int columns) {
        long values = (long) side * side * columns;
        if (values > MOST_VALUES) {
            throw new IllegalArgumentException(
                    "stem: expected at most " + MOST_VALUES + " values of a square, found " + values);
        }
    }

    /** Pixels along a side of what one state of the last stage is made of; beyond all pictures where that is too many. */
    int side() {
        long side = 1;
        for (Stage stage : stages) {
            side = Math.min(side * stage.side, 1 << 16);
        }
        return (int) side;
    }
}
