package org.clipjava.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The operations of a transformer, each a kernel that TornadoVM compiles, and plain Java as well. Every iteration of the
 * {@link Parallel} loops is a work item.
 *
 * <p>The loops run to a pass's capacity, which is fixed when a kernel is compiled; how many rows there are is read from device
 * memory, and work items beyond them do nothing. A row's result depends on that row, in attention on its sequence, alone.
 */
final class Kernels {
    /** Rows and columns that a work item of {@link #linear} computes: each value that it loads is used four times. */
    static final int TILE_ROWS = 4;

    private static final int TILE_COLUMNS = 4;

    private Kernels() {}

    /**
     * Lays pictures' patches out as rows: patch by patch, then channel, row, column within one.
     *
     * @param pixels [pictures, 3, side, side]
     * @param patches [pictures · grid², 3 · patch²]
     * @param rows how many patches there are
     */
    static void unfold(FloatArray pixels, FloatArray patches, IntArray rows, int capacity, int side, int patch) {
        int grid = side / patch;
        int values = 3 * patch * patch;
        int stride = Layout.stride(values);
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int value = 0; value < values; value++) {
                if (row < rows.get(0)) {
                    int picture = row / (grid * grid);
                    int y = row / grid % grid * patch + value / patch % patch;
                    int x = row % grid * patch + value % patch;
                    int channel = value / (patch * patch);
                    patches.set(row * stride + value, pixels.get(((picture * 3 + channel) * side + y) * side + x));
                }
            }
        }
    }

    /**
     * Puts the class token before each picture's patches and adds positions.
     *
     * @param embedded [pictures · (tokens - 1), W]
     * @param classEmbedding [W]
     * @param positions [tokens, W], dense
     * @param x [pictures · tokens, W]
     */
    static void assemble(
            FloatArray embedded,
            FloatArray classEmbedding,
            FloatArray positions,
            FloatArray x,
            IntArray rows,
            int capacity,
            int tokens,
            int width) {
        int stride = Layout.stride(width);
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int column = 0; column < width; column++) {
                if (row < rows.get(0)) {
                    int token = row % tokens;
                    float value = classEmbedding.get(column);
                    if (token > 0) {
                        value = embedded.get((row / tokens * (tokens - 1) + token - 1) * stride + column);
                    }
                    x.set(row * stride + column, value + positions.get(token * width + column));
                }
            }
        }
    }

    /**
     * Embeds tokens and adds positions.
     *
     * @param table [V, W], dense
     * @param positions [context, W], dense
     * @param ids [M]
     * @param keys [M]; a token sees itself and all before it, so that it stands at {@code keys - 1}
     * @param x [M, W]
     */
    static void embed(
            FloatArray table,
            FloatArray positions,
            IntArray ids,
            IntArray keys,
            FloatArray x,
            IntArray rows,
            int capacity,
            int width) {
        int stride = Layout.stride(width);
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int column = 0; column < width; column++) {
                if (row < rows.get(0)) {
                    float token = table.get(ids.get(row) * width + column);
                    x.set(row * stride + column, token + positions.get((keys.get(row) - 1) * width + column));
                }
            }
        }
    }

    /**
     * Normalises each row to mean 0 and variance 1, in two passes, then scales and shifts it.
     *
     * @param x [M, W]
     * @param out [M, W]; may not be {@code x}
     */
    static void layerNorm(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray out,
            IntArray rows,
            int capacity,
            int width,
            float eps) {
        int stride = Layout.stride(width);
        for (@Parallel int row = 0; row < capacity; row++) {
            if (row < rows.get(0)) {
                int start = row * stride;
                float sum = 0;
                for (int i = 0; i < width; i++) {
                    sum += x.get(start + i);
                }
                float mean = sum / width;
                float squares = 0;
                for (int i = 0; i < width; i++) {
                    float difference = x.get(start + i) - mean;
                    squares += difference * difference;
                }
                float scale = 1 / TornadoMath.sqrt(squares / width + eps);
                for (int i = 0; i < width; i++) {
                    out.set(start + i, (x.get(start + i) - mean) * scale * weight.get(i) + bias.get(i));
                }
            }
        }
    }

    /**
     * Computes {@code out = x · weightᵀ + bias}, a tile of four rows by four columns at a time.
     *
     * @param x [M, K]
     * @param weight [⌈O / 32⌉, K, 32]
     * @param bias [O]
     * @param out [M, O]; may not be {@code x}
     */
    static void linear(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray out,
            IntArray rows,
            int capacity,
            int inputs,
            int outputs) {
        int xStride = Layout.stride(inputs);
        int outStride = Layout.stride(outputs);
        int strips = (capacity + TILE_ROWS - 1) / TILE_ROWS;
        int groups = outStride / TILE_COLUMNS;
        for (@Parallel int strip = 0; strip < strips; strip++) {
            for (@Parallel int group = 0; group < groups; group++) {
                int row = strip * TILE_ROWS;
                if (row < rows.get(0)) {
                    int column = group * TILE_COLUMNS;
                    int a = row * xStride;
                    int b = column / 32 * 32 * inputs + column % 32;
                    float s00 = bias.get(column);
                    float s01 = bias.get(column + 1);
                    float s02 = bias.get(column + 2);
                    float s03 = bias.get(column + 3);
                    float s10 = s00;
                    float s11 = s01;
                    float s12 = s02;
                    float s13 = s03;
                    float s20 = s00;
                    float s21 = s01;
                    float s22 = s02;
                    float s23 = s03;
                    float s30 = s00;
                    float s31 = s01;
                    float s32 = s02;
                    float s33 = s03;
                    for (int k = 0; k < inputs; k++) {
                        float x0 = x.get(a + k);
                        float x1 = x.get(a + k + xStride);
                        float x2 = x.get(a + k + 2 * xStride);
                        float x3 = x.get(a + k + 3 * xStride);
                        float w0 = weight.get(b + k * 32);
                        float w1 = weight.get(b + k * 32 + 1);
                        float w2 = weight.get(b + k * 32 + 2);
                        float w3 = weight.get(b + k * 32 + 3);
                        s00 += x0 * w0;
                        s01 += x0 * w1;
                        s02 += x0 * w2;
                        s03 += x0 * w3;
                        s10 += x1 * w0;
                        s11 += x1 * w1;
                        s12 += x1 * w2;
                        s13 += x1 * w3;
                        s20 += x2 * w0;
                        s21 += x2 * w1;
                        s22 += x2 * w2;
                        s23 += x2 * w3;
                        s30 += x3 * w0;
                        s31 += x3 * w1;
                        s32 += x3 * w2;
                        s33 += x3 * w3;
                    }
                    int o = row * outStride + column;
                    out.set(o, s00);
                    out.set(o + 1, s01);
                    out.set(o + 2, s02);
                    out.set(o + 3, s03);
                    out.set(o + outStride, s10);
                    out.set(o + outStride + 1, s11);
                    out.set(o + outStride + 2, s12);
                    out.set(o + outStride + 3, s13);
                    out.set(o + 2 * outStride, s20);
                    out.set(o + 2 * outStride + 1, s21);
                    out.set(o + 2 * outStride + 2, s22);
                    out.set(o + 2 * outStride + 3, s23);
                    out.set(o + 3 * outStride, s30);
                    out.set(o + 3 * outStride + 1, s31);
                    out.set(o + 3 * outStride + 2, s32);
                    out.set(o + 3 * outStride + 3, s33);
                }
            }
        }
    }

    /**
     * How much each query heeds each key: {@code softmax(q · kᵀ / √D)}, head by head.
     *
     * @param qkv queries, keys and values side by side, [M, 3W]
     * @param firstKey [M]: the first row that a row sees
     * @param keys [M]: how many rows it sees from there on
     * @param weights [M, H, mostKeys]
     */
    static void attentionWeights(
            FloatArray qkv,
            IntArray firstKey,
            IntArray keys,
            FloatArray weights,
            IntArray rows,
            int capacity,
            int width,
            int heads,
            int mostKeys) {
        int stride = Layout.stride(3 * width);
        int size = width / heads;
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int head = 0; head < heads; head++) {
                if (row < rows.get(0)) {
                    int query = row * stride + head * size;
                    int key = firstKey.get(row) * stride + width + head * size;
                    int count = keys.get(row);
                    int at = (row * heads + head) * mostKeys;
                    float scale = 1 / TornadoMath.sqrt((float) size);
                    float largest = -Float.MAX_VALUE;
                    for (int j = 0; j < count; j++) {
                        float dot = 0;
                        for (int d = 0; d < size; d++) {
                            dot += qkv.get(query + d) * qkv.get(key + j * stride + d);
                        }
                        dot = dot * scale;
                        weights.set(at + j, dot);
                        largest = TornadoMath.max(largest, dot);
                    }
                    float sum = 0;
                    for (int j = 0; j < count; j++) {
                        float weight = TornadoMath.exp(weights.get(at + j) - largest);
                        weights.set(at + j, weight);
                        sum += weight;
                    }
                    for (int j = 0; j < count; j++) {
                        weights.set(at + j, weights.get(at + j) / sum);
                    }
                }
            }
        }
    }

    /**
     * Mixes the values that a row sees by its attention weights.
     *
     * @param qkv queries, keys and values side by side, [M, 3W]
     * @param weights of {@link #attentionWeights}, [M, H, mostKeys]
     * @param mixed [M, W], heads side by side
     */
    static void attentionMix(
            FloatArray qkv,
            IntArray firstKey,
            IntArray keys,
            FloatArray weights,
            FloatArray mixed,
            IntArray rows,
            int capacity,
            int width,
            int heads,
            int mostKeys) {
        int stride = Layout.stride(3 * width);
        int mixedStride = Layout.stride(width);
        int size = width / heads;
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int column = 0; column < width; column++) {
                if (row < rows.get(0)) {
                    int value = firstKey.get(row) * stride + 2 * width + column;
                    int count = keys.get(row);
                    int at = (row * heads + column / size) * mostKeys;
                    float sum = 0;
                    for (int j = 0; j < count; j++) {
                        sum += weights.get(at + j) * qkv.get(value + j * stride);
                    }
                    mixed.set(row * mixedStride + column, sum);
                }
            }
        }
    }

    /** Adds a branch, [M, W], to the residual stream {@code x}, [M, W]. */
    static void add(FloatArray branch, FloatArray x, IntArray rows, int capacity, int width) {
        int stride = Layout.stride(width);
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int column = 0; column < width; column++) {
                if (row < rows.get(0)) {
                    int i = row * stride + column;
                    x.set(i, x.get(i) + branch.get(i));
                }
            }
        }
    }

    /** x · σ(1.702 x), in place, [M, F]. */
    static void quickGelu(FloatArray x, IntArray rows, int capacity, int width) {
        int stride = Layout.stride(width);
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int column = 0; column < width; column++) {
                if (row < rows.get(0)) {
                    float value = x.get(row * stride + column);
                    x.set(row * stride + column, value / (1 + TornadoMath.exp(-1.702f * value)));
                }
            }
        }
    }

    /**
     * x · Φ(x), in place, [M, F]. Φ by Abramowitz and Stegun's 7.1.26, which is off by 7.5e-8 at the most: TornadoVM has no erf.
     */
    static void gelu(FloatArray x, IntArray rows, int capacity, int width) {
        int stride = Layout.stride(width);
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int column = 0; column < width; column++) {
                if (row < rows.get(0)) {
                    float value = x.get(row * stride + column);
                    float z = TornadoMath.abs(value) * 0.70710677f;
                    float t = 1 / (1 + 0.3275911f * z);
                    float polynomial = t
                            * (0.2548296f + t * (-0.28449672f + t * (1.4214138f + t * (-1.4531521f + t * 1.0614054f))));
                    float upper = 0.5f * polynomial * TornadoMath.exp(-z * z);
                    float phi = upper;
                    if (value > 0) {
                        phi = 1 - upper;
                    }
                    x.set(row * stride + column, value * phi);
                }
            }
        }
    }

    /**
     * Takes the rows that are pooled.
     *
     * @param x [M, W]
     * @param pooled [sequences]: which rows of {@code x}
     * @param out [sequences, W]
     */
    static void gather(FloatArray x, IntArray pooled, FloatArray out, IntArray sequences, int capacity, int width) {
        int stride = Layout.stride(width);
        for (@Parallel int row = 0; row < capacity; row++) {
            for (@Parallel int column = 0; column < width; column++) {
                if (row < sequences.get(0)) {
                    out.set(row * stride + column, x.get(pooled.get(row) * stride + column));
                }
            }
        }
    }
}
