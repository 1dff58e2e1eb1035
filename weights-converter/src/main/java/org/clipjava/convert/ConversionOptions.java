package org.clipjava.convert;

import java.util.List;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.image.Resampling;

/**
 * What to take for the properties of a model that its checkpoint does not tell. What the checkpoint does tell can only be
 * confirmed; to say something else is an error.
 *
 * {@snippet :
 * ConversionOptions.NONE
 *         .with(Activation.QUICK_GELU)
 *         .withMean(ConversionOptions.CLIP_MEAN)
 *         .withStd(ConversionOptions.CLIP_STD)
 *         .with(ConversionOptions.Resize.SHORTEST)
 *         .with(Resampling.BICUBIC);
 * }
 *
 * @param mean of the channels red, green and blue, for x/255
 * @param std of the channels, for x/255, each above zero
 * @param visionHeads attention heads of the vision tower, at least 1
 * @param textHeads attention heads of the text tower, at least 1
 * @param allowNonFinite whether weights may be infinite or not a number, as those of a training that failed
 * @param linksFollowed whether links in the checkpoint's folder may lead out of it
 */
public record ConversionOptions(
        Optional<Activation> activation,
        Optional<List<Float>> mean,
        Optional<List<Float>> std,
        Optional<Resize> resize,
        Optional<Resampling> resample,
        Optional<Integer> visionHeads,
        Optional<Integer> textHeads,
        boolean allowNonFinite,
        boolean linksFollowed) {

    /** Nothing but what the checkpoint tells. */
    public static final ConversionOptions NONE = new ConversionOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false);

    /** Of OpenAI's models, which most others share; as published, with more digits than a float has. */
    @SuppressWarnings("FloatingPointLiteralPrecision")
    public static final List<Float> CLIP_MEAN = List.of(0.48145466f, 0.4578275f, 0.40821073f);

    /** Of OpenAI's models, which most others share; as published, with more digits than a float has. */
    @SuppressWarnings("FloatingPointLiteralPrecision")
    public static final List<Float> CLIP_STD = List.of(0.26862954f, 0.26130258f, 0.27577711f);

    /** How a picture is brought to the model's size. */
    public enum Resize {
        /** Its short side becomes the model's, and the middle is cut out. */
        SHORTEST,
        /** Each side becomes the model's, whatever that does to proportions. */
        SQUASH
    }

    /** Where links may not lead out of the checkpoint's folder. */
    public ConversionOptions(
            Optional<Activation> activation,
            Optional<List<Float>> mean,
            Optional<List<Float>> std,
            Optional<Resize> resize,
            Optional<Resampling> resample,
            Optional<Integer> visionHeads,
            Optional<Integer> textHeads,
            boolean allowNonFinite) {
        this(activation, mean, std, resize, resample, visionHeads, textHeads, allowNonFinite, false);
    }

    public ConversionOptions {
        mean.ifPresent(values -> checkChannels("mean", values));
        std.ifPresent(values -> {
            checkChannels("std", values);
            if (values.stream().anyMatch(value -> !(value > 0))) {
                throw new IllegalArgumentException("std: expected numbers above zero, found " + values);
            }
        });
        visionHeads.ifPresent(heads -> checkHeads("vision heads", heads));
        textHeads.ifPresent(heads -> checkHeads("text heads", heads));
        mean = mean.map(List::copyOf);
        std = std.map(List::copyOf);
    }

    private static void checkChannels(String what, List<Float> values) {
        if (values.size() != 3 || !values.stream().allMatch(value -> Float.isFinite(value))) {
            throw new IllegalArgumentException(what + ": expected three numbers, found " + values);
        }
    }

    private static void checkHeads(String what, int heads) {
        if (heads < 1) {
            throw new IllegalArgumentException(what + ": expected at least 1, found " + heads);
        }
    }

    /** With this non-linearity of the MLPs. */
    public ConversionOptions with(Activation value) {
        return new ConversionOptions(
                Optional.of(value), mean, std, resize, resample, visionHeads, textHeads, allowNonFinite, linksFollowed);
    }

    /** With these means of red, green and blue, for x/255. */
    public ConversionOptions withMean(List<Float> value) {
        return new ConversionOptions(
                activation,
                Optional.of(value),
                std,
                resize,
                resample,
                visionHeads,
                textHeads,
                allowNonFinite,
                linksFollowed);
    }

    /** With these deviations of red, green and blue, for x/255. */
    public ConversionOptions withStd(List<Float> value) {
        return new ConversionOptions(
                activation,
                mean,
                Optional.of(value),
                resize,
                resample,
                visionHeads,
                textHeads,
                allowNonFinite,
                linksFollowed);
    }

    public ConversionOptions with(Resize value) {
        return new ConversionOptions(
                activation,
                mean,
                std,
                Optional.of(value),
                resample,
                visionHeads,
                textHeads,
                allowNonFinite,
                linksFollowed);
    }

    public ConversionOptions with(Resampling value) {
        return new ConversionOptions(
                activation,
                mean,
                std,
                resize,
                Optional.of(value),
                visionHeads,
                textHeads,
                allowNonFinite,
                linksFollowed);
    }

    /** With this many attention heads in each tower. */
    public ConversionOptions withHeads(int vision, int text) {
        return new ConversionOptions(
                activation,
                mean,
                std,
                resize,
                resample,
                Optional.of(vision),
                Optional.of(text),
                allowNonFinite,
                linksFollowed);
    }

    /** With or without leave for weights that are infinite or not a number. */
    public ConversionOptions withNonFiniteAllowed(boolean allowed) {
        return new ConversionOptions(
                activation, mean, std, resize, resample, visionHeads, textHeads, allowed, linksFollowed);
    }

    /** With or without leave for links in the checkpoint's folder that lead out of it: whoever made the folder made them. */
    public ConversionOptions withLinksFollowed(boolean followed) {
        return new ConversionOptions(
                activation, mean, std, resize, resample, visionHeads, textHeads, allowNonFinite, followed);
    }
}
