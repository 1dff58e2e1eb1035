package org.clipjava.modelfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.LongConsumer;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.weights.PanelMatrix;

/**
 * Writes a matrix in the model file's weight type: of its sources, which lie one below the other, no more than a panel of
 * rows is on the heap.
 */
final class MatrixEncoder {
    private static final int BUFFER_BYTES = 1 << 20;

    /** int8 is used symmetrically, so that a weight and its negative are stored alike. */
    private static final float LARGEST_Q8 = 127;

    private final List<RowSource> parts;
    private final int outputs;
    private final int inputs;
    private final WeightType type;
    private final boolean allowNonFinite;
    private final boolean reducedRange;

    /** Of each row, in a q8 or int8 file; known when the matrix has been written. */
    private final float[] scales;

    /**
     * @param parts each [rows, inputs], whatever its shape says in more detail
     * @param outputs rows of all parts together
     * @param inputs length of a row
     * @param allowNonFinite whether weights may be infinite or not a number; q8 and int8 have no room for them
     * @param reducedRange whether int8 are such that each pair of an output adds up to 128 at the most, away from zero
     */
    MatrixEncoder(
            List<RowSource> parts,
            int outputs,
            int inputs,
            WeightType type,
            boolean allowNonFinite,
            boolean reducedRange) {
        this.parts = parts;
        this.outputs = outputs;
        this.inputs = inputs;
        this.type = type;
        this.allowNonFinite = allowNonFinite;
        this.reducedRange = reducedRange;
        this.scales = new float[type.isScaled() ? outputs : 0];
    }

    /** Writes the matrix row by row, [outputs, inputs]. */
    void writeRows(WritableByteChannel channel, LongConsumer written) throws IOException {
        ByteBuffer buffer = buffer(Math.max(BUFFER_BYTES, rowBytes()));
        forEachRow((output, part, row) -> {
            if (buffer.remaining() < rowBytes()) {
                flush(buffer, channel, written);
            }
            encode(output, part, row, buffer);
        });
        flush(buffer, channel, written);
    }

    /** Writes the matrix panel by panel, as {@link PanelMatrix} has it. */
    void writePanels(WritableByteChannel channel, LongConsumer written) throws IOException {
        int bytes = type.dtype().bits() / Byte.SIZE;
        ByteBuffer encoded = buffer(rowBytes());
        ByteBuffer panel = buffer(Math.toIntExact(PanelMatrix.bytesPerPanel(type, inputs)));
        byte[] zeros = new byte[panel.capacity()];
        forEachRow((output, part, row) -> {
            encode(output, part, row, encoded.clear());
            int column = output % PanelMatrix.WIDTH;
            for (int k = 0; k < inputs; k++) {
                int place = PanelMatrix.place(type, k, column) * bytes;
                for (int b = 0; b < bytes; b++) {
                    panel.put(place + b, encoded.get(k * bytes + b));
                }
            }
            if (type == WeightType.INT8) {
                int sums = panel.capacity() - PanelMatrix.WIDTH * Integer.BYTES;
                panel.putInt(sums + column * Integer.BYTES, sum(encoded));
            }
            if (output % PanelMatrix.WIDTH == PanelMatrix.WIDTH - 1 || output == outputs - 1) {
                flush(panel.position(panel.capacity()), channel, written);
                panel.put(0, zeros);
            }
        });
    }

    private int sum(ByteBuffer int8) {
        int sum = 0;
        for (int k = 0; k < inputs; k++) {
            sum += int8.get(k);
        }
        return sum;
    }

    private int rowBytes() {
        return Math.multiplyExact(inputs, type.dtype().bits() / Byte.SIZE);
    }

    private interface RowConsumer {
        void accept(int output, RowSource part, float[] row) throws IOException;
    }

    private void forEachRow(RowConsumer consumer) throws IOException {
        float[] row = new float[inputs];
        int output = 0;
        for (RowSource part : parts) {
            long rows = part.elements() / inputs;
            for (long r = 0; r < rows; r++, output++) {
                part.read(r * inputs, row);
                if (!allowNonFinite || type.isScaled()) {
                    requireFinite(part, r * inputs, row);
                }
                consumer.accept(output, part, row);
            }
        }
    }

    private static void requireFinite(RowSource source, long first, float[] row) throws ModelFormatException {
        for (int i = 0; i < row.length; i++) {
            if (!Float.isFinite(row[i])) {
                throw new ModelFormatException(
                        "%s: expected finite weights, found %s at element %d; the checkpoint is damaged"
                                .formatted(source.name(), row[i], first + i));
            }
        }
    }

    private void encode(int output, RowSource part, float[] row, ByteBuffer out) throws ModelFormatException {
        switch (type) {
            case F32 -> putF32(row, out);
            case F16 -> putF16(row, out, part);
            case BF16 -> putBf16(row, out, part);
            case Q8, INT8 -> scales[output] = putQ8(row, out);
        }
    }

    /** Writes each row's scale, after the matrix. */
    void writeScales(WritableByteChannel channel, LongConsumer written) throws IOException {
        ByteBuffer buffer = buffer(Math.multiplyExact(scales.length, Float.BYTES));
        putF32(scales, buffer);
        flush(buffer, channel, written);
    }

    private static void putF32(float[] row, ByteBuffer out) {
        for (float weight : row) {
            out.putFloat(weight);
        }
    }

    /** To the nearest, ties to even. What f16 can't hold is an error: a weight cut to 65504 would be another model. */
    private static void putF16(float[] row, ByteBuffer out, RowSource source) throws ModelFormatException {
        for (float weight : row) {
            short half = Float.floatToFloat16(weight);
            if ((half & 0x7c00) == 0x7c00 && Float.isFinite(weight)) {
                throw outOfRange(source, weight, "f16 (65504)", "bf16 or f32");
            }
            out.putShort(half);
        }
    }

    /** To the nearest, ties to even. Only the last 2^-8 of a float's range can round out of it. */
    private static void putBf16(float[] row, ByteBuffer out, RowSource source) throws ModelFormatException {
        for (float weight : row) {
            int bits = Float.floatToRawIntBits(weight);
            if (!Float.isFinite(weight)) {
                // a NaN whose payload is in the lower half must not become infinity
                out.putShort((short) (bits >>> 16 | (Float.isNaN(weight) ? 0x40 : 0)));
                continue;
            }
            int rounded = (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
            if ((rounded & 0x7f80) == 0x7f80) {
                throw outOfRange(source, weight, "bf16 (3.39e38)", "f32");
            }
            out.putShort((short) rounded);
        }
    }

    /**
     * Of a row, such that its largest weight is 127. In a reduced range, no pair side by side adds up to more than 127 either, before its
     * weights are rounded, nor to more than 128 then.
     */
    private float scale(float[] row) {
        boolean pairs = reducedRange && type == WeightType.INT8;
        double largest = 0;
        for (int k = 0; k < row.length; k++) {
            largest = Math.max(largest, Math.abs(row[k]));
            if (pairs && k % 2 == 1) {
                largest = Math.max(largest, Math.abs((double) row[k - 1] + row[k]));
            }
        }
        // A row of zeros, or of next to nothing, gets the smallest scale whose quotients are still exact.
        float scale = Math.max((float) (largest / LARGEST_Q8), Float.MIN_NORMAL);
        if (Float.isInfinite(scale * LARGEST_Q8)) {
            // Rounded up at the very end of a float's range, where the way back would lead out of it.
            scale = Math.nextDown(scale);
        }
        return scale;
    }

    private float putQ8(float[] row, ByteBuffer out) {
        float scale = scale(row);
        for (float weight : row) {
            // |weight| / scale is at most 127 and some ulps, so this never rounds to 128.
            double rounded = Math.rint(weight / scale);
            // at the very end of a float's range the way back would lead out of it
            boolean fits = Float.isFinite((float) rounded * scale);
            out.put((byte) (fits ? rounded : rounded - Math.signum(rounded)));
        }
        return scale;
    }

    private static ModelFormatException outOfRange(RowSource source, float weight, String range, String cure) {
        return new ModelFormatException("%s: expected weights within the range of %s, found %s; convert to %s"
                .formatted(source.name(), range, weight, cure));
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void flush(ByteBuffer buffer, WritableByteChannel channel, LongConsumer written) throws IOException {
        written.accept(channel.write(buffer.flip()));
        buffer.clear();
    }
}
