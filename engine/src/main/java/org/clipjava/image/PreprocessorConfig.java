package org.clipjava.image;

import java.util.List;
import java.util.Optional;

/**
 * How a picture becomes what the image tower reads: resize, crop, normalise. Immutable and thread-safe.
 *
 * @param resize what happens first
 * @param crop what is cut out of the middle afterwards; empty: nothing is
 * @param resample the filter of the resize
 * @param mean of red, green and blue, for x / 255
 * @param std standard deviation of red, green and blue, for x / 255; above 0
 */
public record PreprocessorConfig(
        Resize resize, Optional<CentreCrop> crop, Resampling resample, List<Float> mean, List<Float> std) {

    /** How the picture's size changes. */
    public sealed interface Resize {
        /** The short side becomes {@code size} pixels, the long side {@code floor(size · long / short)}. */
        record ShortestEdge(int size) implements Resize {
            public ShortestEdge {
                checkSize(size, size);
            }
        }

        /** Squashed to exactly this size, whatever the aspect ratio. */
        record Exact(int height, int width) implements Resize {
            public Exact {
                checkSize(height, width);
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
        public CentreCrop {
            checkSize(height, width);
        }
    }

    public PreprocessorConfig {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
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
    }

    private static void checkSize(int height, int width) {
        if (height < 1 || width < 1 || (long) height * width > ImageDecoder.MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "expected a size of 1 to " + ImageDecoder.MAX_PIXELS + " pixels, found " + height + "x" + width);
        }
    }

    /** What OpenAI's CLIP does: shortest edge to {@code size}, bicubic, centre crop, OpenAI's means and deviations. */
    @SuppressWarnings("FloatingPointLiteralPrecision") // as published
    public static PreprocessorConfig clip(int size) {
        return new PreprocessorConfig(
                new Resize.ShortestEdge(size),
                Optional.of(new CentreCrop(size, size)),
                Resampling.BICUBIC,
                List.of(0.48145466f, 0.4578275f, 0.40821073f),
                List.of(0.26862954f, 0.26130258f, 0.27577711f));
    }
}
