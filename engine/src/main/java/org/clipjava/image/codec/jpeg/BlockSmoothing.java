package org.clipjava.image.codec.jpeg;

/**
 * What libjpeg-turbo does with a progressive picture that lacks scans: low frequencies that are not known yet are
 * estimated from the DC coefficients of 5 x 5 blocks, much as the standard's annex K.8 says for 3 x 3.
 */
final class BlockSmoothing {
    private static final int WINDOW = 5;
    private static final int CENTRE = 2;

    /** Coefficients 1 to 9 of the zigzag are estimated where nothing but the DC is known, else 1 to 5. */
    static final int ESTIMATED = 9;

    private static final int ESTIMATED_BESIDE_OTHERS = 5;

    private static final int[][] FROM_DC_ALONE = {
        {-2, -6, -8, -6, -2, -6, 6, 42, 6, -6, -8, 42, 152, 42, -8, -6, 6, 42, 6, -6, -2, -6, -8, -6, -2},
        {-1, -1, 0, 1, 1, -3, 13, 0, -13, 3, -3, 38, 0, -38, 3, -3, 13, 0, -13, 3, -1, -1, 0, 1, 1},
        {-1, -3, -3, -3, -1, -1, 13, 38, 13, -1, 0, 0, 0, 0, 0, 1, -13, -38, -13, 1, 1, 3, 3, 3, 1},
        {0, 0, 1, 0, 0, 0, 2, 7, 2, 0, 0, -5, -14, -5, 0, 0, 2, 7, 2, 0, 0, 0, 1, 0, 0},
        {-1, 0, 0, 0, 1, 0, 9, 0, -9, 0, 0, 0, 0, 0, 0, 0, -9, 0, 9, 0, 1, 0, 0, 0, -1},
        {0, 0, 0, 0, 0, 0, 2, -5, 2, 0, 1, 7, -14, 7, 1, 0, 2, -5, 2, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, 2, 0, -2, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 1, -3, 1, 0, 0, 0, 0, 0, 0, 0, -1, 3, -1, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, -3, 0, 3, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, -1, -2, -1, 0, 0, 0, 0, 0, 0},
    };

    private static final int[][] BESIDE_OTHERS = {
        {},
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -7, 50, 0, -50, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
        {0, 0, -7, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, -50, 0, 0, 0, 0, 7, 0, 0},
        {0, 0, -1, 0, 0, 0, 0, 13, 0, 0, 0, 0, -24, 0, 0, 0, 0, 13, 0, 0, 0, 0, -1, 0, 0},
        {0, -1, 0, 1, 0, -1, 10, 0, -10, 1, 0, 0, 0, 0, 0, 1, -10, 0, 10, -1, 0, 1, 0, -1, 0},
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 13, -24, 13, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    };

    private final Frame frame;

    /** The last band that the latest scan had data for; what is below was last touched by the scan before. */
    private final int lastGoodBand;

    private final int[] window = new int[WINDOW * WINDOW];
    private final int[] rows = new int[WINDOW];

    /** For one thread at a time. */
    BlockSmoothing(Frame frame, int lastGoodBand) {
        this.frame = frame;
        this.lastGoodBand = lastGoodBand;
    }

    /** Whether some coefficient is not fully known, and all that is needed to estimate it is. */
    static boolean isUseful(Frame frame) {
        boolean useful = false;
        for (Component component : frame.components()) {
            if (!component.quantized || component.lacking[0] < 0) {
                return false;
            }
            for (int k = 0; k <= ESTIMATED; k++) {
                if (component.quantization[Blocks.NATURAL_ORDER[k]] == 0) {
                    return false;
                }
                useful |= k > 0 && component.lacking[k] != 0;
            }
        }
        return useful;
    }

    /**
     * Copies a row of blocks and puts the estimates into the copy.
     *
     * @param coefficients of the component in the whole picture
     * @param rowInBand of blocks of {@code component}, from 0 on
     * @param out [{@link Component#blocksAcross}, 64]
     */
    void smooth(Component component, short[] coefficients, int band, int rowInBand, short[] out) {
        int[] lacking = band > lastGoodBand ? component.lackedBefore : component.lacking;
        boolean dcAlone = true;
        for (int k = 1; k <= ESTIMATED; k++) {
            dcAlone &= lacking[k] == -1;
        }
        findRows(component, band, rowInBand);
        System.arraycopy(coefficients, rows[CENTRE], out, 0, component.blocksAcross * Blocks.SIZE);
        long dcStep = component.quantization[0] & 0xffff;
        int last = component.blocksAcross - 1;
        int estimated = dcAlone ? ESTIMATED : ESTIMATED_BESIDE_OTHERS;
        for (int block = 0; block <= last; block++) {
            int at = block * Blocks.SIZE;
            fillWindow(coefficients, block, last);
            for (int k = 1; k <= estimated; k++) {
                int place = Blocks.NATURAL_ORDER[k];
                if (lacking[k] != 0 && out[at + place] == 0) {
                    long sum = dcStep * weighted((dcAlone ? FROM_DC_ALONE : BESIDE_OTHERS)[k]);
                    int size = divided(Math.abs(sum), component.quantization[place] & 0xffff);
                    if (lacking[k] > 0) {
                        size = Math.min(size, (1 << lacking[k]) - 1);
                    }
                    out[at + place] = (short) (sum < 0 ? -size : size);
                }
            }
            if (dcAlone) {
                long sum = dcStep * weighted(FROM_DC_ALONE[0]);
                int size = divided(Math.abs(sum), dcStep);
                out[at] = (short) (sum < 0 ? -size : size);
            }
        }
    }

    private static int divided(long sum, long step) {
        return (int) (((step << 7) + sum) / (step << 8));
    }

    /**
     * The rows of blocks above and below. libjpeg counts as if every band had as many rows as this one, which in the last
     * one is too few: there it takes the row above for the one above that.
     */
    private void findRows(Component component, int band, int rowInBand) {
        int inBand = component.v;
        if (band == frame.bands() - 1) {
            inBand = component.blocksDown - band * component.v;
        }
        int counted = band * inBand + rowInBand;
        int all = inBand * frame.bands();
        int row = band * component.v + rowInBand;
        int above = counted > 0 ? row - 1 : row;
        int below = counted < all - 1 ? row + 1 : row;
        rows[0] = component.rowOfBlocks(counted > 1 ? row - 2 : above);
        rows[1] = component.rowOfBlocks(above);
        rows[CENTRE] = component.rowOfBlocks(row);
        rows[3] = component.rowOfBlocks(below);
        rows[4] = component.rowOfBlocks(counted < all - 2 ? row + 2 : below);
    }

    private void fillWindow(short[] coefficients, int block, int last) {
        for (int y = 0; y < WINDOW; y++) {
            for (int x = 0; x < WINDOW; x++) {
                int column = Math.clamp(block + x - CENTRE, 0, last);
                window[y * WINDOW + x] = coefficients[rows[y] + column * Blocks.SIZE];
            }
        }
    }

    private int weighted(int[] weights) {
        int sum = 0;
        for (int i = 0; i < window.length; i++) {
            sum += weights[i] * window[i];
        }
        return sum;
    }
}
