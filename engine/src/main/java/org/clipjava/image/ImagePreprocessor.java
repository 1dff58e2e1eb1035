package org.clipjava.image;

import org.clipjava.image.PreprocessorConfig.CentreCrop;
import org.clipjava.image.PreprocessorConfig.Resize;

/**
 * Resizes, crops and normalises a picture as Hugging Face's (slow) CLIP image processor does, bit for bit. Immutable and
 * thread-safe.
 *
 * <pre>{@code
 * ImagePreprocessor preprocessor = new ImagePreprocessor(PreprocessorConfig.clip(224));
 * PixelTensor pixels = preprocessor.preprocess(ImageDecoder.standard().decode(Path.of("cat.jpg")));
 * }</pre>
 */
public final class ImagePreprocessor {
    private final PreprocessorConfig config;
    private final Resampler resampler;

    /** What each of the 256 levels becomes, by channel. */
    private final float[][] normalized;

    /** A preprocessor; made once for a model, and used for all pictures. */
    public ImagePreprocessor(PreprocessorConfig config) {
        this.config = config;
        this.resampler = new Resampler(config.resampling());
        this.normalized = new float[3][256];
        for (int channel = 0; channel < 3; channel++) {
            float mean = config.mean().get(channel);
            float std = config.std().get(channel);
            for (int level = 0; level < 256; level++) {
                // Division and the reference's product with 1/255 in double round to the same float at every level.
                normalized[channel][level] = (level / 255f - mean) / std;
            }
        }
    }

    /** What it does. */
    public PreprocessorConfig config() {
        return config;
    }

    /**
     * Where a picture's crop comes from: it is resized, and then cut.
     *
     * @param height of the whole resized picture, in pixels
     * @param width of the whole resized picture
     * @param top first row of the crop; below zero where the picture is the smaller one and the rest stays black
     * @param left first column of the crop; may be below zero, too
     * @param cropHeight rows that the model sees
     * @param cropWidth columns that the model sees
     */
    public record Geometry(long height, long width, long top, long left, long cropHeight, long cropWidth) {}

    /**
     * What {@link #crop} does with a picture of this size.
     *
     * @param height rows of the upright picture
     * @param width columns of the upright picture
     */
    public Geometry geometry(int height, int width) {
        long resizedHeight = height;
        long resizedWidth = width;
        switch (config.resize()) {
            case Resize.ShortestEdge edge -> {
                long shortSide = Math.min(height, width);
                // Python's int(size * long / short): one division in double, then truncated.
                long longSide = (long) ((double) ((long) edge.size() * Math.max(height, width)) / shortSide);
                boolean upright = width <= height;
                resizedWidth = upright ? edge.size() : longSide;
                resizedHeight = upright ? longSide : edge.size();
            }
            case Resize.Exact exact -> {
                resizedHeight = exact.height();
                resizedWidth = exact.width();
            }
            case Resize.Patches patches -> {
                PatchFit fit = new PatchFit(patches.side(), patches.most());
                double scale = fit.scale(height, width);
                resizedHeight = fit.pixels(height, scale);
                resizedWidth = fit.pixels(width, scale);
            }
            case Resize.None none -> {}
        }
        if (config.crop().isEmpty()) {
            return new Geometry(resizedHeight, resizedWidth, 0, 0, resizedHeight, resizedWidth);
        }
        CentreCrop crop = config.crop().get();
        return new Geometry(
                resizedHeight,
                resizedWidth,
                config.cropRounding().start(resizedHeight, crop.height()),
                config.cropRounding().start(resizedWidth, crop.width()),
                crop.height(),
                crop.width());
    }

    /**
     * Exactly what the model sees of a picture, before normalisation.
     *
     * @throws IllegalArgumentException if there is no crop and the resized picture has more than
     *     {@link ImageDecoder#MAX_PIXELS} pixels
     */
    public RgbImage crop(RgbImage image) {
        Run run = start(image.height(), image.width());
        run.rows(image.rgb(), 0, image.height());
        return run.crop();
    }

    /** The model's input, [3, height, width]: {@code (x / 255 - mean) / std} in float. */
    public PixelTensor preprocess(RgbImage image) {
        Run run = start(image.height(), image.width());
        run.rows(image.rgb(), 0, image.height());
        return run.result();
    }

    /**
     * Begins with an upright picture whose rows are still to come.
     *
     * @throws IllegalArgumentException as {@link #crop}
     */
    Run start(int height, int width) {
        Geometry geometry = geometry(height, width);
        if (config.crop().isEmpty() && geometry.height() * geometry.width() > ImageDecoder.MAX_PIXELS) {
            throw new IllegalArgumentException("expected at most " + ImageDecoder.MAX_PIXELS
                    + " pixels after the resize, found " + geometry.width() + "x" + geometry.height());
        }
        Resampler.Window window = new Resampler.Window(
                Math.max(geometry.top(), 0),
                Math.max(geometry.left(), 0),
                (int) Math.min(geometry.height(), geometry.cropHeight()),
                (int) Math.min(geometry.width(), geometry.cropWidth()));
        return new Run(geometry, resampler.start(height, width, geometry.height(), geometry.width(), window));
    }

    /** A picture that is being preprocessed: its rows go in, from the top. For one thread at a time. */
    final class Run {
        private final Geometry geometry;
        private final Resampler.Resize resize;

        private Run(Geometry geometry, Resampler.Resize resize) {
            this.geometry = geometry;
            this.resize = resize;
        }

        /** Whether rows that have not come yet bear on the result. */
        boolean needsMore() {
            return resize.needsMore();
        }

        /** @param rgb the next rows, [count, width, 3] from {@code at} on */
        void rows(byte[] rgb, int at, int count) {
            resize.rows(rgb, at, count);
        }

        private RgbImage crop() {
            RgbImage visible = resize.result();
            int height = (int) geometry.cropHeight();
            int width = (int) geometry.cropWidth();
            if (visible.height() == height && visible.width() == width) {
                return visible;
            }
            byte[] padded = new byte[Math.multiplyExact(3 * width, height)];
            int at = 3 * (int) (Math.max(-geometry.top(), 0) * width + Math.max(-geometry.left(), 0));
            for (int y = 0; y < visible.height(); y++) {
                System.arraycopy(
                        visible.rgb(), 3 * y * visible.width(), padded, at + 3 * y * width, 3 * visible.width());
            }
            return RgbImage.of(width, height, padded);
        }

        /** Once all rows have come: [3, height, width]. */
        PixelTensor result() {
            RgbImage crop = crop();
            byte[] rgb = crop.rgb();
            int plane = crop.width() * crop.height();
            float[] values = new float[Math.multiplyExact(3, plane)];
            for (int channel = 0; channel < 3; channel++) {
                float[] levels = normalized[channel];
                for (int i = 0; i < plane; i++) {
                    values[channel * plane + i] = levels[rgb[3 * i + channel] & 0xff];
                }
            }
            return PixelTensor.of(crop.height(), crop.width(), values);
        }
    }
}
