package org.clipjava.kernel;

import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One head of one span. Keys and values are packed into panels as weights are, and no more than a strip's scores exist at
 * once.
 *
 * @param queries [queries, 3W], or [queries, W] where the form asks with queries
 * @param keysAndValues [M, 3W]
 * @param out [queries, W]
 * @param size of a head, D
 * @param index of the head
 */
record AttentionHead(
        AttentionForm form,
        Activations queries,
        Activations keysAndValues,
        Activations out,
        int size,
        int index,
        Scratch scratch) {

    void attend(Span span, Strips strips) {
        int keys = span.keys().length;
        MemorySegment keyPanels = packKeys(span.keys());
        MemorySegment valuePanels = packValues(span.keys());
        int asking = form.asking().column(out.columns()) + index * size;
        boolean inPlace = asking / Activations.BLOCK == (asking + size - 1) / Activations.BLOCK;
        Activations copied = scratch(0, size);
        Activations weights = scratch(1, Math.ceilDiv(keys, WIDTH) * WIDTH);
        float[] sums = scratch.floats(2, Math.ceilDiv(keys, WIDTH) * Tile.TALLEST * WIDTH);
        float[] ofRows = scratch.floats(3, Tile.TALLEST);

        for (int strip = 0; strip < strips.count(); strip++) {
            int first = strips.start(strip);
            int height = strips.height(strip);
            int tile = strips.tile(strip);
            int firstRow = span.firstQuery() + first;
            // what the strip's last query sees; one above it gives those it does not see no weight
            int seen = span.seen(first + height - 1);
            int panels = Math.ceilDiv(seen, WIDTH);
            Activations query = inPlace ? queries : copyQueries(firstRow, asking, height, copied);
            int queryAt = inPlace ? queries.index(firstRow, asking) : 0;
            Arrays.fill(sums, 0, panels * tile * WIDTH, 0f);
            if (form.bias().isPresent()) {
                for (int row = 0; row < height; row++) {
                    bias(form.bias().get(), first + row, keys, sums, row * WIDTH, tile * WIDTH);
                }
            }
            for (int row = 0; row < height; row++) {
                hide(sums, row * WIDTH, tile * WIDTH, span.seen(first + row), panels);
            }
            for (int panel = 0; panel < panels; panel++) {
                multiply(query, queryAt, tile, size, keyPanels, (long) panel * size, sums, panel * tile * WIDTH);
            }
            softmax(sums, tile * WIDTH, height, panels, weights, ofRows);
            for (int column = 0; column < size; column += WIDTH) {
                Arrays.fill(sums, 0, tile * WIDTH, 0f);
                multiply(weights, 0, tile, seen, valuePanels, (long) (column / WIDTH) * keys, sums, 0);
                int columns = Math.min(WIDTH, size - column);
                for (int row = 0; row < height; row++) {
                    write(sums, row * WIDTH, ofRows[row], firstRow + row, index * size + column, columns);
                }
            }
        }
    }

    private Activations scratch(int slot, int columns) {
        return new Activations(scratch.floats(slot, Activations.size(Tile.TALLEST, columns)), Tile.TALLEST, columns);
    }

    private void multiply(
            Activations a, int at, int tile, int k, MemorySegment b, long firstRow, float[] sums, int sumsAt) {
        for (int block = 0; block < k; block += Activations.BLOCK) {
            long from = (firstRow + block) * WIDTH * Float.BYTES;
            int inputs = Math.min(Activations.BLOCK, k - block);
            scratch.touched(
                    Tile.multiply(tile, a.values(), at + a.index(0, block), b, from, inputs, sums, sumsAt, b, from));
        }
    }

    /** A head's queries that don't lie in one block. */
    private Activations copyQueries(int first, int column, int height, Activations copy) {
        float[] row = scratch.floats(3, size);
        for (int i = 0; i < height; i++) {
            queries.read(first + i, column, size, row, 0);
            copy.write(row, 0, i, 0, size);
        }
        return copy;
    }

    /** Keys as the columns of a weight: [panels, D, 32]. */
    private MemorySegment packKeys(int[] rows) {
        int first = form.asked().column(out.columns()) + index * size;
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
                keysAndValues.read(rows[p * WIDTH + j], first, size, key, 0);
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
        int first = 2 * out.columns() + index * size;
        int panels = Math.ceilDiv(size, WIDTH);
        MemorySegment packed = scratch.nativeFloats(1, (long) panels * rows.length * WIDTH);
        boolean aligned = first % LANES == 0;
        for (int column = 0; column < size; column += LANES) {
            int columns = Math.min(LANES, size - column);
            long to = ((long) (column / WIDTH) * rows.length * WIDTH + column % WIDTH) * Float.BYTES;
            for (int row : rows) {
                // a vector from an aligned column on lies in one block
                if (aligned && columns == LANES) {
                    FloatVector.fromArray(SPECIES, keysAndValues.values(), keysAndValues.index(row, first + column))
                            .intoMemorySegment(packed, to, ByteOrder.LITTLE_ENDIAN);
                } else {
                    for (int i = 0; i < columns; i++) {
                        float value = keysAndValues.values()[keysAndValues.index(row, first + column + i)];
                        packed.set(ValueLayout.JAVA_FLOAT, to + (long) i * Float.BYTES, value);
                    }
                }
                to += WIDTH * Float.BYTES;
            }
        }
        return packed;
    }

    /**
     * Has a query's scores start at its bias, in their own measure: they are not divided by √D yet.
     *
     * @param scores as {@link #hide} has them
     */
    private void bias(Neighbourhood neighbourhood, int query, int keys, float[] scores, int from, int stride) {
        float[] row = scratch.floats(4, keys);
        neighbourhood.write(query, row);
        float scale = (float) Math.sqrt(size);
        for (int key = 0; key < keys; key++) {
            scores[from + key / WIDTH * stride + key % WIDTH] = row[key] * scale;
        }
    }

    /**
     * Has a query's scores start at minus infinity where it does not see a key, which is what they then come to.
     *
     * @param scores 32 from {@code from} on, the next 32 {@code stride} behind, and so on
     * @param seen how many count
     * @param panels how many times 32 there are
     */
    private static void hide(float[] scores, int from, int stride, int seen, int panels) {
        for (int panel = seen / WIDTH; panel < panels; panel++) {
            int begin = Math.max(0, seen - panel * WIDTH);
            Arrays.fill(scores, from + panel * stride + begin, from + panel * stride + WIDTH, Float.NEGATIVE_INFINITY);
        }
    }

    /**
     * Softmax of some queries' scores, but for the division: that is left for what the weights are multiplied into. All
     * rows take a step before any takes the next, since the steps of one row wait for each other.
     *
     * @param scores [panels, rows, 32], the panels {@code stride} apart, not yet divided by √D
     * @param weights takes the exponentials, [rows, 32 · panels]
     * @param factors takes one over each row's sum
     */
    private void softmax(float[] scores, int stride, int rows, int panels, Activations weights, float[] factors) {
        float scale = (float) (1 / Math.sqrt(size));
        for (int row = 0; row < rows; row++) {
            FloatVector maxima = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
            for (int panel = 0; panel < panels; panel++) {
                for (int column = 0; column < WIDTH; column += LANES) {
                    maxima = maxima.max(FloatVector.fromArray(SPECIES, scores, panel * stride + row * WIDTH + column));
                }
            }
            factors[row] = maxima.reduceLanes(VectorOperators.MAX);
        }
        for (int row = 0; row < rows; row++) {
            FloatVector sums = FloatVector.zero(SPECIES);
            for (int panel = 0; panel < panels; panel++) {
                int to = weights.index(row, panel * WIDTH);
                VectorMath.exp(scores, panel * stride + row * WIDTH, WIDTH, factors[row], scale, weights.values(), to);
                for (int column = 0; column < WIDTH; column += LANES) {
                    sums = sums.add(FloatVector.fromArray(SPECIES, weights.values(), to + column));
                }
            }
            factors[row] = 1 / VectorMath.sum(sums);
        }
    }

    /** Writes a row of a head's values, times a factor. */
    private void write(float[] values, int from, float factor, int row, int column, int columns) {
        for (int done = 0; done < columns; done += LANES) {
            FloatVector scaled =
                    FloatVector.fromArray(SPECIES, values, from + done).mul(factor);
            if (column % LANES == 0 && done + LANES <= columns) {
                scaled.intoArray(out.values(), out.index(row, column + done));
            } else {
                scaled.intoArray(values, from + done);
                out.write(values, from + done, row, column + done, Math.min(LANES, columns - done));
            }
        }
    }
}
