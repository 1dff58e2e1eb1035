package org.clipjava.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.clipjava.weights.PanelMatrix;

/**
 * The innermost loops of a matrix multiply: tiles of some rows by 32 columns, the width of a weight's panel.
 *
 * <p>A tile goes over the panel in passes of two vectors, columns c and c + 16 on: one pass at 512 bits, two at 256, four at
 * 128. The loops of a pass are generated, for each height, into {@link Tiles}.
 */
final class Tile {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    static final boolean AARCH64 = "aarch64".equals(System.getProperty("os.arch"));

    /** Columns between the two vectors of a pass. */
    static final int HALF = PanelMatrix.WIDTH / 2;

    /** Whether there are 16 registers for vectors. */
    private static final boolean NARROW = LANES < 16 && !AARCH64;

    /**
     * Rows of the tallest tile to use: 2 · rows accumulators, two weights and a broadcast have to fit the registers, of
     * which AVX-512 and AArch64 have 32 and the others 16.
     */
    static final int TALLEST = NARROW ? 6 : 12;

    /** Bytes from one reading ahead to the next. */
    static final int AHEAD_STEP = 16;

    /**
     * More than any k. {@link NarrowTiles} leave their loops at the k that is this and where the sums stand: never, but the
     * compiler cannot know. So it has the sums of the rows before an exit ready there, and loads the inputs of the rows behind
     * it afterwards. Without exits it loads the inputs of all rows first, and of 16 registers too few are left for the sums:
     * some of them go to memory and back with each k.
     */
    static final int NEVER = 1 << 28;

    private Tile() {}

    /**
     * Computes {@code c += a · b} for a tile.
     *
     * <p>Every element is one chain of fused multiply-adds in the order of k, whatever the height: a row's result does not
     * depend on the tile that it falls in.
     *
     * <p>Once for each k it reads a byte of the memory that will be wanted next, since Java has no prefetch instruction: weights
     * then come from memory while others are multiplied with. Where there are 16 registers it does not, since the reads cost
     * more than they save.
     *
     * @param height rows of the tile, 1 to {@link #TALLEST}
     * @param a [height, k] from {@code ai}, rows {@link Activations#STRIDE} apart
     * @param b [k, 32] from byte {@code bi}
     * @param c [height, 32] from {@code ci}
     * @param ahead what will be wanted
     * @param aheadAt byte of it to read first
     * @return of no meaning, but to be kept: else the compiler would leave those reads out; 0 where there are none
     */
    static int multiply(
            int height,
            float[] a,
            int ai,
            MemorySegment b,
            long bi,
            int k,
            float[] c,
            int ci,
            MemorySegment ahead,
            long aheadAt) {
        int touched = 0;
        for (int column = 0; column < HALF; column += LANES) {
            long from = bi + (long) column * Float.BYTES;
            if (NARROW) {
                NarrowTiles.multiply(height, a, ai, b, from, k, c, ci + column);
            } else {
                touched += Tiles.multiply(height, a, ai, b, from, k, c, ci + column, ahead, aheadAt);
            }
        }
        return touched;
    }
}
