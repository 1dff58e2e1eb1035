package org.clipjava.kernel;

import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One head of one span. Keys and values are packed into panels as weights are, and no more than a strip's scores exist at
 * once.
 *
 * @param queries [queries, W] or [queries, 3W]
 * @param keysAndValues [M, 3W]
 * @param out [queries, W]
 * @param size of a head, D
 * @param index of the head
 */
record AttentionHead(
        Activations queries, Activations keysAndValues, Activations out, int size, int index, Scratch scratch) {

    void attend(Span span, Strips strips) {
        int keys = span.keys().length;
        MemorySegment keyPanels = packKeys(span.keys());
        MemorySegment valuePanels = packValues(span.keys());
        Activations query = scratch(0, size);
        Activations weights = scratch(1, Math.ceilDiv(keys, WIDTH) * WIDTH);
        float[] sums = scratch.floats(2, Math.ceilDiv(keys, WIDTH) * Tile.TALLEST * WIDTH);

        for (int strip = 0; strip < strips.count(); strip++) {
            int first = strips.start(strip);
            int height = strips.height(strip);
            int tile = strips.tile(strip);
            // what the strip's last query sees; one above it gives those it does not see no weight
            int seen = span.seen(first + height - 1);
            int panels = Math.ceilDiv(seen, WIDTH);
            readQueries(span.firstQuery() + first, height, query);
            Arrays.fill(sums, 0, panels * tile * WIDTH, 0f);
            for (int panel = 0; panel < panels; panel++) {
                multiply(query, tile, size, keyPanels, (long) panel * size, sums, panel * tile * WIDTH);
            }
            for (int row = 0; row < height; row++) {
                softmax(sums, row * WIDTH, tile * WIDTH, span.seen(first + row), panels, weights, row);
            }
            for (int column = 0; column < size; column += WIDTH) {
                Arrays.fill(sums, 0, tile * WIDTH, 0f);
                multiply(weights, tile, seen, valuePanels, (long) (column / WIDTH) * keys, sums, 0);
                for (int row = 0; row < height; row++) {
                    out.write(
                            sums,
                            row * WIDTH,
                            span.firstQuery() + first + row,
                            index * size + column,
                            Math.min(WIDTH, size - column));
                }
            }
        }
    }

    private Activations scratch(int slot, int columns) {
        return new Activations(scratch.floats(slot, Activations.size(Tile.TALLEST, columns)), Tile.TALLEST, columns);
    }

    private void multiply(Activations a, int tile, int k, MemorySegment b, long firstRow, float[] sums, int at) {
        for (int block = 0; block < k; block += Activations.BLOCK) {
            long from = (firstRow + block) * WIDTH * Float.BYTES;
            int inputs = Math.min(Activations.BLOCK, k - block);
            scratch.touched(Tile.multiply(tile, a.values(), a.index(0, block), b, from, inputs, sums, at, b, from));
        }
    }

    /** Queries, times 1 / √D. */
    private void readQueries(int first, int height, Activations query) {
        float scale = (float) (1 / Math.sqrt(size));
        float[] row = scratch.floats(3, size);
        for (int i = 0; i < height; i++) {
            queries.read(first + i, index * size, size, row, 0);
            for (int d = 0; d < size; d++) {
                row[d] *= scale;
            }
            query.write(row, 0, i, 0, size);
        }
    }

    /** Keys as the columns of a weight: [panels, D, 32]. */
    private MemorySegment packKeys(int[] rows) {
        int width = out.columns();
        float[] key = scratch.floats(3, size);
        float[] panel = scratch.floats(0, size * WIDTH);
        int panels = Math.ceilDiv(rows.length, WIDTH);
        MemorySegment packed = scratch.nativeFloats(0, (long) panels * size * WIDTH);
        for (int p = 0; p < panels; p++) {
            int columns = Math.min(WIDTH, rows.length - p * WIDTH);
            if (columns < WIDTH) {
                Arrays.fill(panel, 0, size * WIDTH, 0f);
            }
            for (int j = 0; j < columns; j++) {
                keysAndValues.read(rows[p * WIDTH + j], width + index * size, size, key, 0);
                for (int d = 0; d < size; d++) {
                    panel[d * WIDTH + j] = key[d];
                }
            }
            long to = (long) p * size * WIDTH * Float.BYTES;
            MemorySegment.copy(panel, 0, packed, ValueLayout.JAVA_FLOAT, to, size * WIDTH);
        }
        return packed;
    }

    /** Values as the rows of a weight: [panels, keys, 32]. */
    private MemorySegment packValues(int[] rows) {
        int width = out.columns();
        int panels = Math.ceilDiv(size, WIDTH);
        float[] value = scratch.floats(3, panels * WIDTH);
        Arrays.fill(value, size, panels * WIDTH, 0f);
        MemorySegment packed = scratch.nativeFloats(1, (long) panels * rows.length * WIDTH);
        for (int j = 0; j < rows.length; j++) {
            keysAndValues.read(rows[j], 2 * width + index * size, size, value, 0);
            for (int p = 0; p < panels; p++) {
                long to = ((long) p * rows.length + j) * WIDTH * Float.BYTES;
                MemorySegment.copy(value, p * WIDTH, packed, ValueLayout.JAVA_FLOAT, to, WIDTH);
            }
        }
        return packed;
    }

    /**
     * Softmax of a query's scores.
     *
     * @param scores 32 from {@code from} on, the next 32 {@code stride} behind, and so on; overwritten
     * @param seen how many count
     * @param panels how many times 32 there are
     * @param weights takes them, in row {@code row}; those not seen are 0
     */
    private static void softmax(
            float[] scores, int from, int stride, int seen, int panels, Activations weights, int row) {
        for (int i = seen; i < panels * WIDTH; i++) {
            scores[from + i / WIDTH * stride + i % WIDTH] = Float.NEGATIVE_INFINITY;
        }
        FloatVector maxima = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int panel = 0; panel < panels; panel++) {
            for (int column = 0; column < WIDTH; column += LANES) {
                maxima = maxima.max(FloatVector.fromArray(SPECIES, scores, from + panel * stride + column));
            }
        }
        float max = maxima.reduceLanes(VectorOperators.MAX);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int panel = 0; panel < panels; panel++) {
            for (int column = 0; column < WIDTH; column += LANES) {
                int at = from + panel * stride + column;
                FloatVector e = VectorMath.exp(
                        FloatVector.fromArray(SPECIES, scores, at).sub(max));
                e.intoArray(scores, at);
                sums = sums.add(e);
            }
        }
        float scale = 1 / VectorMath.sum(sums);
        for (int panel = 0; panel < panels; panel++) {
            for (int column = 0; column < WIDTH; column += LANES) {
                FloatVector.fromArray(SPECIES, scores, from + panel * stride + column)
                        .mul(scale)
                        .intoArray(weights.values(), weights.index(row, panel * WIDTH + column));
            }
        }
    }
}
