package org.clipjava.modelfile;

import java.io.IOException;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.PanelMatrix;

/** A tensor of a model file, row by row, in the order in which it was given to the writer. Not thread-safe. */
abstract class StoredRows implements RowSource {
    private final String name;
    private final TensorSpec tensor;

    private StoredRows(String file, TensorSpec tensor) {
        this.name = file + ": " + tensor.name();
        this.tensor = tensor;
    }

    static RowSource of(TensorReader tensors, TensorSpec tensor, String file) throws IOException {
        return switch (tensor.storage()) {
            case MATRIX -> new Matrix(file, tensor, tensors.matrix(tensor.name(), tensor.rows(), tensor.columns()));
            case TABLE -> new Table(file, tensor, tensors.table(tensor.name(), tensor.rows(), tensor.columns()));
            case FLOATS -> {
                int[] shape =
                        tensor.shape().stream().mapToInt(Integer::intValue).toArray();
                yield new Floats(file, tensor, tensors.floats(tensor.name(), shape));
            }
        };
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final long elements() {
        return (long) tensor.rows() * tensor.columns();
    }

    @Override
    public final void read(long first, float[] values) {
        int columns = tensor.columns();
        float[] row = new float[columns];
        for (int done = 0; done < values.length; ) {
            long at = first + done;
            int from = (int) (at % columns);
            int count = Math.min(columns - from, values.length - done);
            readRow((int) (at / columns), row);
            System.arraycopy(row, from, values, done, count);
            done += count;
        }
    }

    abstract void readRow(int row, float[] values);

    private static final class Matrix extends StoredRows {
        private final PanelMatrix matrix;

        /** The panel that was read last: its rows are asked for one after the other. */
        private final float[] panel;

        private int held = -1;

        Matrix(String file, TensorSpec tensor, PanelMatrix matrix) {
            super(file, tensor);
            this.matrix = matrix;
            this.panel = new float[Math.multiplyExact(matrix.inputs(), PanelMatrix.WIDTH)];
        }

        @Override
        void readRow(int row, float[] values) {
            if (held != row / PanelMatrix.WIDTH) {
                held = row / PanelMatrix.WIDTH;
                matrix.readPanel(held, panel);
            }
            for (int k = 0; k < values.length; k++) {
                values[k] = panel[k * PanelMatrix.WIDTH + row % PanelMatrix.WIDTH];
            }
        }
    }

    private static final class Table extends StoredRows {
        private final EmbeddingTable table;

        Table(String file, TensorSpec tensor, EmbeddingTable table) {
            super(file, tensor);
            this.table = table;
        }

        @Override
        void readRow(int row, float[] values) {
            table.readRow(row, values, 0);
        }
    }

    private static final class Floats extends StoredRows {
        private final float[] all;

        Floats(String file, TensorSpec tensor, float[] all) {
            super(file, tensor);
            this.all = all;
        }

        @Override
        void readRow(int row, float[] values) {
            System.arraycopy(all, row * values.length, values, 0, values.length);
        }
    }
}
