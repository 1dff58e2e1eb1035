package org.clipjava.convert;

import java.util.List;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.image.Resampling;

/**
 * What to take for the properties of a model that its checkpoint does not tell. What the checkpoint does tell can only be
 * confirmed; to say something else is an error. Immutable and thread-safe; more properties may be added.
 *
 * {@snippet :
 * ConversionOptions.NONE
 *         .with(Activation.QUICK_GELU)
 *         .withMean(ConversionOptions.CLIP_MEAN)
 *         .withStd(ConversionOptions.CLIP_STD)
 *         .with(ConversionOptions.Resize.SHORTEST)
 *         .with(Resampling.BICUBIC);
 * }
 */
public final class ConversionOptions {
    private record Parts(
            Optional<Activation> activation,
            Optional<List<Float>> mean,
            Optional<List<Float>> std,
            Optional<Resize> resize,
            Optional<Resampling> resampling,
            Optional<Integer> visionHeads,
            Optional<Integer> textHeads,
            boolean allowNonFinite,
            boolean linksFollowed) {}

    private final Parts parts;

    /** Nothing but what the checkpoint tells. */
    public static final ConversionOptions NONE = new ConversionOptions(new Parts(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false));

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

    private ConversionOptions(Parts parts) {
        this.parts = parts;
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

    /** The same with this non-linearity of the MLPs. */
    public ConversionOptions with(Activation activation) {
        return new ConversionOptions(new Parts(
                Optional.of(activation),
                parts.mean,
                parts.std,
                parts.resize,
                parts.resampling,
                parts.visionHeads,
                parts.textHeads,
                parts.allowNonFinite,
                parts.linksFollowed));
    }

    /**
     * The same with these means of red, green and blue, for x / 255.
     *
     * @throws IllegalArgumentException if they are not three finite numbers
     */
    public ConversionOptions withMean(List<Float> mean) {
        checkChannels("mean", mean);
        return new ConversionOptions(new Parts(
                parts.activation,
                Optional.of(List.copyOf(mean)),
                parts.std,
                parts.resize,
                parts.resampling,
                parts.visionHeads,
                parts.textHeads,
                parts.allowNonFinite,
                parts.linksFollowed));
    }

    /**
     * The same with these deviations of red, green and blue, for x / 255.
     *
     * @throws IllegalArgumentException if they are not three finite numbers above zero
     */
    public ConversionOptions withStd(List<Float> std) {
        checkChannels("std", std);
        if (std.stream().anyMatch(value -> !(value > 0))) {
            throw new IllegalArgumentException("std: expected numbers above zero, found " + std);
        }
        return new ConversionOptions(new Parts(
                parts.activation,
                parts.mean,
                Optional.of(List.copyOf(std)),
                parts.resize,
                parts.resampling,
                parts.visionHeads,
                parts.textHeads,
                parts.allowNonFinite,
                parts.linksFollowed));
    }

    /** The same with this change of size. */
    public ConversionOptions with(Resize resize) {
        return new ConversionOptions(new Parts(
                parts.activation,
                parts.mean,
                parts.std,
                Optional.of(resize),
                parts.resampling,
                parts.visionHeads,
                parts.textHeads,
                parts.allowNonFinite,
                parts.linksFollowed));
    }

    /** The same with this filter of the resize. */
    public ConversionOptions with(Resampling resampling) {
        return new ConversionOptions(new Parts(
                parts.activation,
                parts.mean,
                parts.std,
                parts.resize,
                Optional.of(resampling),
                parts.visionHeads,
                parts.textHeads,
                parts.allowNonFinite,
                parts.linksFollowed));
    }

    /**
     * The same with so many attention heads in each tower.
     *
     * @throws IllegalArgumentException if one has none
     */
    public ConversionOptions withHeads(int vision, int text) {
        return withVisionHeads(vision).withTextHeads(text);
    }

    /**
     * The same with so many attention heads in the vision tower.
     *
     * @throws IllegalArgumentException if it has none
     */
    public ConversionOptions withVisionHeads(int heads) {
        checkHeads("vision heads", heads);
        return new ConversionOptions(new Parts(
                parts.activation,
                parts.mean,
                parts.std,
                parts.resize,
                parts.resampling,
                Optional.of(heads),
                parts.textHeads,
                parts.allowNonFinite,
                parts.linksFollowed));
    }

    /**
     * The same with so many attention heads in the text tower.
     *
     * @throws IllegalArgumentException if it has none
     */
    public ConversionOptions withTextHeads(int heads) {
        checkHeads("text heads", heads);
        return new ConversionOptions(new Parts(
                parts.activation,
                parts.mean,
                parts.std,
                parts.resize,
                parts.resampling,
                parts.visionHeads,
                Optional.of(heads),
                parts.allowNonFinite,
                parts.linksFollowed));
    }

    /** The same with or without leave for weights that are infinite or not a number, as those of a training that failed. */
    public ConversionOptions withNonFiniteAllowed(boolean allowed) {
        return new ConversionOptions(new Parts(
                parts.activation,
                parts.mean,
                parts.std,
                parts.resize,
                parts.resampling,
                parts.visionHeads,
                parts.textHeads,
                allowed,
                parts.linksFollowed));
    }

    /**
     * The same with or without leave for links in the checkpoint's folder that lead out of it: whoever made the folder made them.
     */
    public ConversionOptions withLinksFollowed(boolean followed) {
        return new ConversionOptions(new Parts(
                parts.activation,
                parts.mean,
                parts.std,
                parts.resize,
                parts.resampling,
                parts.visionHeads,
                parts.textHeads,
                parts.allowNonFinite,
                followed));
    }

    /** The non-linearity of the MLPs. */
    public Optional<Activation> activation() {
        return parts.activation;
    }

    /** The means of red, green and blue, for x / 255. */
    public Optional<List<Float>> mean() {
        return parts.mean;
    }

    /** The deviations of red, green and blue, for x / 255, each above zero. */
    public Optional<List<Float>> std() {
        return parts.std;
    }

    /** How a picture's size changes. */
    public Optional<Resize> resize() {
        return parts.resize;
    }

    /** The filter of the resize. */
    public Optional<Resampling> resampling() {
        return parts.resampling;
    }

    /** Attention heads of the vision tower, at least 1. */
    public Optional<Integer> visionHeads() {
        return parts.visionHeads;
    }

    /** Attention heads of the text tower, at least 1. */
    public Optional<Integer> textHeads() {
        return parts.textHeads;
    }

    /** Whether weights may be infinite or not a number. */
    public boolean allowNonFinite() {
        return parts.allowNonFinite;
    }

    /** Whether links in the checkpoint's folder may lead out of it. */
    public boolean linksFollowed() {
        return parts.linksFollowed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConversionOptions that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return "ConversionOptions" + parts.toString().substring("Parts".length());
    }
}
