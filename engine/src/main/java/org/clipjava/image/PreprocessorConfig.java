package org.clipjava.image;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a picture becomes what the image tower reads: resize, crop, normalise. Immutable and thread-safe; more properties may be added, each
 * with a {@code with…} method and the value that the models of today have.
 */
public final class PreprocessorConfig {
    private record Parts(
            Resize resize,
            Optional<CentreCrop> crop,
            CropRounding cropRounding,
            Resampling resampling,
            List<Float> mean,
            List<Float> std) {}

    private final Parts parts;

    /** How the picture's size changes. */
    public sealed interface Resize {
        /** The short side becomes {@code size} pixels, the long side {@code floor(size · long / short)}. */
        record ShortestEdge(int size) implements Resize {
            /**
             * A size.
             *
             * @throws IllegalArgumentException if it is below 1 or beyond {@link ImageDecoder#MAX_PIXELS}
             */
            public ShortestEdge {
                checkSize(size, size);
            }
        }

        /** Squashed to exactly this size, whatever the aspect ratio. */
        record Exact(int height, int width) implements Resize {
            /**
             * A size.
             *
             * @throws IllegalArgumentException if it is below 1 or beyond {@link ImageDecoder#MAX_PIXELS}
             */
            public Exact {
                checkSize(height, width);
            }
        }

        /**
         * Its shape is kept as nearly as whole patches let it be: both sides become multiples of {@code side}, as large as they may be for
         * no more than {@code most} patches. SigLIP 2's NaFlex. As with its own processors, the sides are scaled by at most 100, and by at
         * least a millionth, whatever that comes to.
         *
         * @param side of a patch, in pixels
         * @param most patches of a picture
         */
        record Patches(int side, int most) implements Resize {
            /**
             * Patches.
             *
             * @throws IllegalArgumentException if there are none, or more than {@link ImageDecoder#MAX_PIXELS} pixels
             */
            public Patches {
                checkSize(side, side);
                if (most < 1 || (long) side * side * most > ImageDecoder.MAX_PIXELS) {
                    throw new IllegalArgumentException("expected patches of 1 to " + ImageDecoder.MAX_PIXELS
                            + " pixels together, found " + most + " of " + side + "x" + side);
                }
            }
        }

        /** Left as it is. */
        record None() implements Resize {}
    }

    /**
     * Cut out of the middle; where the picture is smaller, the crop is filled up with black (zeros before
     * normalisation).
     */
    public record CentreCrop(int height, int width) {
        /**
         * A size.
         *
         * @throws IllegalArgumentException if it is below 1 or beyond {@link ImageDecoder#MAX_PIXELS}
         */
        public CentreCrop {
            checkSize(height, width);
        }
    }

    private PreprocessorConfig(Parts parts) {
        this.parts = parts;
    }

    /**
     * A preprocessing, with {@link CropRounding#FLOOR}.
     *
     * @param resize what happens first
     * @param crop what is cut out of the middle afterwards; empty: nothing is
     * @param resampling the filter of the resize
     * @param mean of red, green and blue, for x / 255
     * @param std standard deviation of red, green and blue, for x / 255; above 0
     * @throws IllegalArgumentException if there are not three means and deviations, finite ones
     */
    public static PreprocessorConfig of(
            Resize resize, Optional<CentreCrop> crop, Resampling resampling, List<Float> mean, List<Float> std) {
        return of(resize, crop, CropRounding.FLOOR, resampling, mean, std);
    }

    private static PreprocessorConfig of(
            Resize resize,
            Optional<CentreCrop> crop,
            CropRounding cropRounding,
            Resampling resampling,
            List<Float> mean,
            List<Float> std) {
        if (mean.size() != 3 || std.size() != 3) {
            throw new IllegalArgumentException(
                    "expected 3 means and 3 deviations, found " + mean.size() + " and " + std.size());
        }
        for (int i = 0; i < 3; i++) {
            if (!Float.isFinite(mean.get(i)) || !Float.isFinite(std.get(i)) || std.get(i) <= 0) {
                throw new IllegalArgumentException(
                        "expected finite means and positive deviations, found " + mean + " and " + std);
            }
        }
        return new PreprocessorConfig(new Parts(
                Objects.requireNonNull(resize),
                Objects.requireNonNull(crop),
                Objects.requireNonNull(cropRounding),
                Objects.requireNonNull(resampling),
                List.copyOf(mean),
                List.copyOf(std)));
    }

    /** What OpenAI's CLIP does: shortest edge to {@code size}, bicubic, centre crop, OpenAI's means and deviations. */
    @SuppressWarnings("FloatingPointLiteralPrecision") // as published
    public static PreprocessorConfig clip(int size) {
        return of(
                new Resize.ShortestEdge(size),
                Optional.of(new CentreCrop(size, size)),
                Resampling.BICUBIC,
                List.of(0.48145466f, 0.4578275f, 0.40821073f),
                List.of(0.26862954f, 0.26130258f, 0.27577711f));
    }

    /** The same with another change of size. */
    public PreprocessorConfig withResize(Resize resize) {
        return of(resize, parts.crop, parts.cropRounding, parts.resampling, parts.mean, parts.std);
    }

    /** The same with another crop, or none. */
    public PreprocessorConfig withCrop(Optional<CentreCrop> crop) {
        return of(parts.resize, crop, parts.cropRounding, parts.resampling, parts.mean, parts.std);
    }

    /** The same with another place of a crop that can't be right in the middle. */
    public PreprocessorConfig withCropRounding(CropRounding cropRounding) {
        return of(parts.resize, parts.crop, cropRounding, parts.resampling, parts.mean, parts.std);
    }

    /** The same with another filter. */
    public PreprocessorConfig withResampling(Resampling resampling) {
        return of(parts.resize, parts.crop, parts.cropRounding, resampling, parts.mean, parts.std);
    }

    /**
     * The same with other means and deviations of red, green and blue, for x / 255.
     *
     * @throws IllegalArgumentException if there are not three of each, finite ones
     */
    public PreprocessorConfig withNormalization(List<Float> mean, List<Float> std) {
        return of(parts.resize, parts.crop, parts.cropRounding, parts.resampling, mean, std);
    }

    /** What happens first. */
    public Resize resize() {
        return parts.resize;
    }

    /** What is cut out of the middle afterwards; empty: nothing is. */
    public Optional<CentreCrop> crop() {
        return parts.crop;
    }

    /** Where the crop begins if it can't be right in the middle. */
    public CropRounding cropRounding() {
        return parts.cropRounding;
    }

    /** The filter of the resize. */
    public Resampling resampling() {
        return parts.resampling;
    }

    /** Of red, green and blue, for x / 255. */
    public List<Float> mean() {
        return parts.mean;
    }

    /** Standard deviation of red, green and blue, for x / 255. */
    public List<Float> std() {
        return parts.std;
    }

    private static void checkSize(int height, int width) {
        if (height < 1 || width < 1 || (long) height * width > ImageDecoder.MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "expected a size of 1 to " + ImageDecoder.MAX_PIXELS + " pixels, found " + height + "x" + width);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PreprocessorConfig that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return "PreprocessorConfig" + parts.toString().substring("Parts".length());
    }
}
