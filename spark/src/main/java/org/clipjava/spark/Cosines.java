package org.clipjava.spark;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Workers;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/**
 * Multiplies rows with queries, block by block, as the engine multiplies activations with weights: a row's cosines do not depend on the
 * rows beside it, bit for bit. For one thread.
 */
final class Cosines {
    /** Cosines of a block: as many as stay in a second-level cache. */
    private static final int CELLS = 1 << 18;

    private static final int MOST_ROWS = 256;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Kernels kernels = Kernels.vectorPays() ? Kernels.vector() : Kernels.scalar();
    private final LinearWeights queries;
    private final Activations rows;
    private final Activations cosines;
    private final int dimension;

    Cosines(Directions directions) {
        this.dimension = directions.dimension();
        this.queries = new LinearWeights(matrix(directions), new float[0]);
        int most = Math.clamp(CELLS / directions.count(), 12, MOST_ROWS);
        this.rows = Activations.zeros(most, dimension);
        this.cosines = Activations.zeros(most, directions.count());
    }

    private static PanelMatrix matrix(Directions directions) {
        int width = PanelMatrix.WIDTH;
        int dimension = directions.dimension();
        int panels = Math.ceilDiv(directions.count(), width);
        long bytes = (long) panels * width * dimension * Float.BYTES;
        MemorySegment data = Arena.ofAuto().allocate(bytes, 64); // as the weights are that kernels know
        for (int query = 0; query < directions.count(); query++) {
            float[] unit = directions.unit(query);
            long panel = (long) (query / width) * dimension * width;
            for (int i = 0; i < dimension; i++) {
                data.setAtIndex(FLOAT, panel + (long) i * width + query % width, unit[i]);
            }
        }
        return new PanelMatrix("queries", WeightType.F32, directions.count(), dimension, data, new float[0]);
    }

    /** Multiplies the next rows, as many as there is room for; their paths. */
    List<String> next(Iterator<EmbeddedPath> all) {
        List<String> paths = new ArrayList<>();
        while (paths.size() < rows.rows() && all.hasNext()) {
            EmbeddedPath row = all.next();
            float[] values = row.getEmbedding();
            if (values.length != dimension) {
                throw new IllegalArgumentException(row.getPath() + ": expected an embedding of " + dimension
                        + " components, as the queries have, found " + values.length);
            }
            rows.write(Directions.unit(row.getPath(), values), 0, paths.size(), 0, dimension);
            paths.add(row.getPath());
        }
        kernels.linear(rows, queries, Kernels.Epilogue.STORE, cosines, Workers.caller());
        return paths;
    }

    /** The cosines of a row of the block to all queries. */
    void read(int row, float[] out) {
        cosines.read(row, 0, out.length, out, 0);
    }
}
