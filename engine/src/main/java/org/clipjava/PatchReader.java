package org.clipjava;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.clipjava.PatchOptions.View;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.PatchStates;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.RgbImage;

/**
 * Resizes a picture to whole patches and reads it at once, in tiles, or through a moving window: {@link Clip#encodePatches} in two steps,
 * for those who want to bound what a picture costs, or have others encode its parts. Immutable, and thread-safe as its encoder is.
 *
 * {@snippet :
 * PatchReader reader = clip.patchReader(PatchOptions.defaults());
 * PatchEmbeddings patches = reader.read(reader.resize(photo));
 * }
 */
public final class PatchReader {
    /** Tiles that are encoded together; bounds what a large picture needs at once. */
    private static final int TILES_AT_ONCE = 32;

    private final ImageEncoder encoder;
    private final VisionConfig config;
    private final PreprocessorConfig preprocessing;
    private final PatchOptions options;

    PatchReader(ImageEncoder encoder, VisionConfig config, PreprocessorConfig preprocessing, PatchOptions options) {
        this.encoder = encoder;
        this.config = config;
        this.preprocessing = preprocessing;
        this.options = options;
    }

    /** The same, but another encoder gets to encode: one that has the model's own do it when its turn has come. */
    public PatchReader through(UnaryOperator<ImageEncoder> wrapping) {
        return new PatchReader(wrapping.apply(encoder), config, preprocessing, options);
    }

    /**
     * What a picture takes.
     *
     * @param rows of its grid
     * @param columns of its grid
     * @param passes how many parts of it are encoded; 1 if it is read at once
     */
    public record Cost(int rows, int columns, int passes) {}

    /**
     * What a picture of this size takes.
     *
     * @throws IllegalArgumentException if it has more cells than {@link ImageEncoder#MAX_PATCHES}
     */
    public Cost cost(int height, int width) {
        int shortSide = options.shortSide().orElse(2 * config.imageSize());
        double scale = (double) shortSide / Math.min(height, width);
        int rows = patches(height * scale);
        int columns = patches(width * scale);
        int most = ImageEncoder.MAX_PATCHES;
        if ((long) rows * columns > most) {
            throw new IllegalArgumentException("expected a grid of at most " + most + " cells, found " + rows + " x "
                    + columns + "; take a shorter side");
        }
        int passes = options.view() == View.WHOLE
                ? 1
                : starts(rows, tile(rows)).size()
                        * starts(columns, tile(columns)).size();
        return new Cost(rows, columns, passes);
    }

    /**
     * The pixels that are read, [3, rows · P, columns · P] for patches of P pixels, normalised.
     *
     * @throws IllegalArgumentException as {@link #cost} does
     */
    public PixelTensor resize(RgbImage picture) {
        Cost cost = cost(picture.height(), picture.width());
        PreprocessorConfig.Resize exact = new PreprocessorConfig.Resize.Exact(
                cost.rows() * config.patchSize(), cost.columns() * config.patchSize());
        return new ImagePreprocessor(preprocessing.withResize(exact).withCrop(Optional.empty())).preprocess(picture);
    }

    /**
     * Encodes what {@link #resize} gave.
     *
     * @throws UnsupportedOperationException if the encoder, or the model's pool, has no embeddings of patches; the message says which
     * @throws NoDirectionException if the model gives a patch no direction
     */
    public PatchEmbeddings read(PixelTensor pixels) {
        return options.view() == View.WHOLE
                ? PatchEmbeddings.of(
                        encoder.encodePatches(List.of(pixels), options.method()).getFirst())
                : inTiles(pixels);
    }

    private int patches(double pixels) {
        return Math.clamp(Math.round(pixels / config.patchSize()), 1, ImageEncoder.MAX_PATCHES);
    }

    /** How many patches of a side of so many a tile has. */
    private int tile(int side) {
        return Math.min(config.grid(), side);
    }

    private PatchEmbeddings inTiles(PixelTensor pixels) {
        Sums sums = new Sums(pixels.height() / config.patchSize(), pixels.width() / config.patchSize());
        int height = tile(sums.rows);
        int width = tile(sums.columns);
        List<int[]> corners = new ArrayList<>();
        for (int top : starts(sums.rows, height)) {
            for (int left : starts(sums.columns, width)) {
                corners.add(new int[] {top, left});
            }
        }
        for (int i = 0; i < corners.size(); i += TILES_AT_ONCE) {
            List<int[]> some = corners.subList(i, Math.min(i + TILES_AT_ONCE, corners.size()));
            List<PixelTensor> tiles = some.stream()
                    .map(corner -> cut(pixels, corner[0], corner[1], height, width))
                    .toList();
            List<PatchStates> states = states(tiles, height, width);
            for (int j = 0; j < states.size(); j++) {
                sums.add(states.get(j), some.get(j)[0], some.get(j)[1]);
            }
        }
        return sums.result();
    }

    /** A window's own embedding is as good for each of its patches. */
    private List<PatchStates> states(List<PixelTensor> tiles, int height, int width) {
        if (options.view() == View.TILES) {
            return encoder.encodePatches(tiles, options.method());
        }
        boolean ofOwnShape = config.anyShape() || (height == config.grid() && width == config.grid());
        List<float[]> pooled = ofOwnShape
                ? Arrays.asList(encoder.encode(tiles))
                : encoder.encodePatches(tiles, options.method()).stream()
                        .map(PatchStates::pooled)
                        .toList();
        return pooled.stream()
                .map(embedding -> {
                    float[][] cells = new float[height * width][];
                    Arrays.fill(cells, embedding);
                    return new PatchStates(height, width, cells, embedding);
                })
                .toList();
    }

    /** Where tiles begin along a side; the last ends where the side does. */
    private List<Integer> starts(int side, int tile) {
        List<Integer> starts = new ArrayList<>();
        int step = Math.min(options.step(), tile);
        for (int start = 0; start < side - tile; start += step) {
            starts.add(start);
        }
        starts.add(side - tile);
        return starts;
    }

    /** Patches of a picture. A model's picture may be larger than its patches: what is left over is black, and is not seen. */
    private PixelTensor cut(PixelTensor from, int top, int left, int height, int width) {
        int patch = config.patchSize();
        int grid = config.grid();
        int rest = config.imageSize() - grid * patch;
        int pixelsDown = height * patch + (height == grid ? rest : 0);
        int pixelsAcross = width * patch + (width == grid ? rest : 0);
        float[] values = new float[3 * pixelsDown * pixelsAcross];
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < height * patch; y++) {
                int at = ((channel * from.height()) + top * patch + y) * from.width() + left * patch;
                System.arraycopy(from.values(), at, values, (channel * pixelsDown + y) * pixelsAcross, width * patch);
            }
        }
        return PixelTensor.of(pixelsDown, pixelsAcross, values);
    }

    /** What tiles say of a grid, added up in their order. */
    private static final class Sums {
        private final int rows;
        private final int columns;
        private final double[][] cells;
        private double[] pooled = {};
        private int tiles;

        Sums(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            this.cells = new double[rows * columns][0];
        }

        void add(PatchStates tile, int top, int left) {
            for (int row = 0; row < tile.rows(); row++) {
                for (int column = 0; column < tile.columns(); column++) {
                    int cell = (top + row) * columns + left + column;
                    double weight = inward(row, tile.rows()) * inward(column, tile.columns());
                    cells[cell] = added(cells[cell], tile.patches()[row * tile.columns() + column], weight);
                }
            }
            pooled = added(pooled, tile.pooled(), 1);
            tiles++;
        }

        /** How far a row or column lies from the nearer edge, in patches. */
        private double inward(int place, int side) {
            return Math.min(place, side - 1 - place) + 0.5;
        }

        private double[] added(double[] sum, float[] embedding, double weight) {
            Embedding unit = Embedding.of(embedding).normalized();
            double[] result = sum.length == 0 ? new double[embedding.length] : sum;
            for (int i = 0; i < result.length; i++) {
                result[i] += weight * unit.get(i);
            }
            return result;
        }

        PatchEmbeddings result() {
            List<Embedding> all =
                    Arrays.stream(cells).map(sum -> embedding(sum, 1)).toList();
            return PatchEmbeddings.of(rows, columns, all, embedding(pooled, tiles));
        }

        private Embedding embedding(double[] sum, int count) {
            float[] mean = new float[sum.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (float) (sum[i] / count);
            }
            return Embedding.of(mean);
        }
    }
}
