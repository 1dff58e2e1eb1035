package org.clipjava;

import java.util.Arrays;
import java.util.List;
import org.clipjava.encoder.PatchStates;

/**
 * A grid of embeddings, [rows, columns, E], each of length 1: what a picture's patches are like, to be compared with texts. All cells
 * have the same height and width, and together they cover the picture.
 *
 * <pre>{@code
 * PatchEmbeddings patches = clip.encodePatches(photo, PatchOptions.defaults());
 * double[] cosines = patches.cosines(clip.encodeText("a photo of a cat"));
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class PatchEmbeddings {
    private final int rows;
    private final int columns;
    private final int dimension;

    /** [rows, columns, E] */
    private final float[] values;

    private final Embedding pooled;

    private PatchEmbeddings(int rows, int columns, int dimension, float[] values, Embedding pooled) {
        this.rows = rows;
        this.columns = columns;
        this.dimension = dimension;
        this.values = values;
        this.pooled = pooled;
    }

    /**
     * Normalises a grid.
     *
     * @param cells [rows · columns, E], row by row
     * @param pooled the picture's own
     * @throws NoDirectionException if a cell has no direction
     */
    static PatchEmbeddings of(int rows, int columns, List<Embedding> cells, Embedding pooled) {
        int dimension = pooled.dimension();
        float[] values = new float[Math.multiplyExact(cells.size(), dimension)];
        for (int i = 0; i < cells.size(); i++) {
            System.arraycopy(cells.get(i).normalized().toArray(), 0, values, i * dimension, dimension);
        }
        return new PatchEmbeddings(rows, columns, dimension, values, pooled);
    }

    static PatchEmbeddings of(PatchStates states) {
        List<Embedding> cells =
                Arrays.stream(states.patches()).map(Embedding::of).toList();
        return of(states.rows(), states.columns(), cells, Embedding.of(states.pooled()));
    }

    /** From the top. */
    public int rows() {
        return rows;
    }

    /** From the left. */
    public int columns() {
        return columns;
    }

    /** E: how many components an embedding has. */
    public int dimension() {
        return dimension;
    }

    /**
     * One cell's, of length 1.
     *
     * @throws IndexOutOfBoundsException if there is no such cell
     */
    public Embedding at(int row, int column) {
        if (row < 0 || row >= rows || column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException(
                    "expected a cell of " + rows + " x " + columns + ", found " + row + ", " + column);
        }
        int from = (row * columns + column) * dimension;
        return Embedding.of(Arrays.copyOfRange(values, from, from + dimension));
    }

    /** A copy, [rows, columns, E]. */
    public float[] toArray() {
        return values.clone();
    }

    /**
     * The whole picture's embedding, [E], not normalised, from the same pass. Of a picture that was read in tiles or windows: the mean of
     * theirs, each of length 1.
     */
    public Embedding pooled() {
        return pooled;
    }

    /**
     * How like a direction each cell is, [rows · columns], row by row, -1 to 1.
     *
     * @param direction [E]; normalised or not makes no difference
     * @throws NoDirectionException if it has none
     */
    public double[] cosines(Embedding direction) {
        float[] unit = direction.normalized().toArray();
        if (unit.length != dimension) {
            throw new IllegalArgumentException(
                    "expected an embedding of " + dimension + " components, found " + unit.length);
        }
        double[] cosines = new double[rows * columns];
        for (int i = 0; i < cosines.length; i++) {
            double sum = 0;
            for (int e = 0; e < dimension; e++) {
                sum += (double) values[i * dimension + e] * unit[e];
            }
            cosines[i] = sum;
        }
        return cosines;
    }

    @Override
    public String toString() {
        return "PatchEmbeddings[" + rows + " x " + columns + ", " + dimension + "]";
    }
}
