package org.clipjava.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.clipjava.weights.PanelMatrix;
import org.clipjava.weights.WeightType;

/**
 * The innermost loops of a matrix multiply: tiles of some rows by 32 columns, the width of a weight's panel.
 *
 * <p>A tile goes over the panel in passes of two vectors, columns c and c + 16 on: one pass at 512 bits, two at 256, four at
 * 128. The loops of a pass are generated, for each weight type and height, into {@code TilesF32} and its siblings.
 */
final class Tile {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    /** Columns between the two vectors of a pass. */
    static final int HALF = PanelMatrix.WIDTH / 2;

    /**
     * Rows of the tallest tile to use: 2 · rows accumulators, two weights and a broadcast have to fit the registers, of
     * which AVX-512 and AArch64 have 32 and the others 16.
     */
    static final int TALLEST = LANES == 16 || "aarch64".equals(System.getProperty("os.arch")) ? 12 : 6;

    /**
     * What activations are multiplied with before they meet F16 weights: a half's bits, moved to where a float has its
     * exponent and fraction, mean 2^-112 times the half, subnormal ones included.
     */
    static final float F16_INPUT_SCALE = 0x1p112f;

    private Tile() {}

    /**
     * Computes {@code c = a · b} or, if {@code add}, {@code c += a · b} for a tile.
     *
     * <p>Every element is one chain of fused multiply-adds in the order of k, whatever the height: a row's result does not
     * depend on the tile that it falls in.
     *
     * @param type of the weights; F16 wants inputs times {@link #F16_INPUT_SCALE}, Q8 leaves the scales to the caller
     * @param height rows of the tile, 1 to {@link #TALLEST}
     * @param a [height, k] from {@code ai}, rows {@link Activations#STRIDE} apart
     * @param b [k, 32] from byte {@code bi}, as {@link PanelMatrix} has it
     * @param c [height, 32] from {@code ci}
     */
    static void multiply(
            WeightType type,
            int height,
            float[] a,
            int ai,
            MemorySegment b,
            long bi,
            int k,
            float[] c,
            int ci,
            boolean add) {
        for (int column = 0; column < HALF; column += LANES) {
            switch (type) {
                case F32 -> TilesF32.multiply(height, a, ai, b, bi, column, k, c, ci + column, add);
                case F16 -> TilesF16.multiply(height, a, ai, b, bi, column, k, c, ci + column, add);
                case BF16 -> TilesBf16.multiply(height, a, ai, b, bi, column, k, c, ci + column, add);
                case Q8 -> TilesQ8.multiply(height, a, ai, b, bi, column, k, c, ci + column, add);
            }
        }
    }
}
