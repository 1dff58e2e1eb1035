package org.clipjava.cli.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.image.Resampling;
import org.clipjava.image.RgbImage;

/** What is got wrong on the way from a picture to pixels, done on purpose. */
enum PreprocessingMistake {
    NO_MEAN_AND_STD("mean and std missing: pixels are not normalised") {
        @Override
        List<PixelTensor> make(RgbImage picture, PreprocessorConfig right) {
            return preprocessed(picture, right.withNormalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)));
        }
    },
    OTHER_MEAN_AND_STD("wrong mean and std: 0.5 for all channels") {
        @Override
        List<PixelTensor> make(RgbImage picture, PreprocessorConfig right) {
            List<Float> half = List.of(0.5f, 0.5f, 0.5f);
            return preprocessed(picture, right.withNormalization(half, half));
        }
    },
    NO_ANTIALIASING("no antialiasing: pixels are picked where they have to be averaged") {
        @Override
        List<PixelTensor> make(RgbImage picture, PreprocessorConfig right) {
            ImagePreprocessor.Geometry geometry =
                    new ImagePreprocessor(right).geometry(picture.height(), picture.width());
            if (Math.max(geometry.height(), geometry.width()) > MOST_PIXELS_A_SIDE) {
                return List.of();
            }
            PreprocessorConfig afterwards = right.withResize(new Resize.None());
            return Arrays.stream(PickingResampler.values())
                    .map(resampler -> resampler.resize(picture, (int) geometry.height(), (int) geometry.width()))
                    .map(new ImagePreprocessor(afterwards)::preprocess)
                    .toList();
        }
    },
    OTHER_FILTER("wrong filter: bilinear where bicubic was meant, or the other way round") {
        @Override
        List<PixelTensor> make(RgbImage picture, PreprocessorConfig right) {
            Resampling other = right.resampling() == Resampling.BICUBIC ? Resampling.BILINEAR : Resampling.BICUBIC;
            return preprocessed(picture, right.withResampling(other));
        }
    },
    SQUASHED("squashed: the picture lost its proportions instead of its margins") {
        @Override
        List<PixelTensor> make(RgbImage picture, PreprocessorConfig right) {
            Optional<PreprocessorConfig.CentreCrop> crop = right.crop();
            Resize squash = crop.isPresent()
                    ? new Resize.Exact(crop.get().height(), crop.get().width())
                    : right.resize();
            return preprocessed(picture, right.withResize(squash).withCrop(Optional.empty()));
        }
    };

    private static final int MOST_PIXELS_A_SIDE = 1 << 13;

    /** How much nearer a mistake's pixels have to be than the right ones. */
    private static final double CLEARLY = 4;

    private final String cause;

    PreprocessingMistake(String cause) {
        this.cause = cause;
    }

    /** What the image tower would read; several where there are several ways to make it. */
    abstract List<PixelTensor> make(RgbImage picture, PreprocessorConfig right);

    private static List<PixelTensor> preprocessed(RgbImage picture, PreprocessorConfig config) {
        return List.of(new ImagePreprocessor(config).preprocess(picture));
    }

    /** The mistake that was made, if it is one of these. */
    static Optional<String> of(PixelTensor found, RgbImage picture, PreprocessorConfig right) {
        double toRight = distance(found, new ImagePreprocessor(right).preprocess(picture));
        Optional<String> nearest = Optional.empty();
        double least = toRight / CLEARLY;
        for (PreprocessingMistake mistake : values()) {
            for (PixelTensor pixels : mistake.make(picture, right)) {
                double distance = distance(found, pixels);
                if (distance < least) {
                    least = distance;
                    nearest = Optional.of(mistake.cause);
                }
            }
        }
        return nearest;
    }

    /** The mean difference of two pixels; infinite if there are not as many. */
    private static double distance(PixelTensor a, PixelTensor b) {
        if (a.height() != b.height() || a.width() != b.width()) {
            return Double.POSITIVE_INFINITY;
        }
        double sum = 0;
        for (int i = 0; i < a.values().length; i++) {
            sum += Math.abs(a.values()[i] - b.values()[i]);
        }
        return sum / a.values().length;
    }
}
