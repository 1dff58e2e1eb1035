package org.clipjava.convert;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.clipjava.config.Activation;
import org.clipjava.config.TextCleaning;
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
    /** Written to before it becomes a part of its options, and not afterwards. */
    private static final class Parts {
        private Optional<Activation> activation = Optional.empty();
        private Optional<List<Float>> mean = Optional.empty();
        private Optional<List<Float>> std = Optional.empty();
        private Optional<Resize> resize = Optional.empty();
        private Optional<Resampling> resampling = Optional.empty();
        private Optional<Integer> imageSize = Optional.empty();
        private Optional<Integer> visionHeads = Optional.empty();
        private Optional<Integer> textHeads = Optional.empty();
        private Optional<TextCleaning> textCleaning = Optional.empty();
        private Optional<Path> tokenizer = Optional.empty();
        private Optional<Path> text = Optional.empty();
        private Optional<Float> logitScale = Optional.empty();
        private List<String> keptWide = List.of();
        private boolean allowNonFinite;
        private boolean linksFollowed;
        private boolean rangeReduced;

        private Parts copy() {
            Parts copy = new Parts();
            copy.activation = activation;
            copy.mean = mean;
            copy.std = std;
            copy.resize = resize;
            copy.resampling = resampling;
            copy.imageSize = imageSize;
            copy.visionHeads = visionHeads;
            copy.textHeads = textHeads;
            copy.textCleaning = textCleaning;
            copy.tokenizer = tokenizer;
            copy.text = text;
            copy.logitScale = logitScale;
            copy.keptWide = keptWide;
            copy.allowNonFinite = allowNonFinite;
            copy.linksFollowed = linksFollowed;
            copy.rangeReduced = rangeReduced;
            return copy;
        }

        private List<Object> values() {
            return List.of(
                    activation,
                    mean,
                    std,
                    resize,
                    resampling,
                    imageSize,
                    visionHeads,
                    textHeads,
                    textCleaning,
                    tokenizer,
                    text,
                    logitScale,
                    keptWide,
                    allowNonFinite,
                    linksFollowed,
                    rangeReduced);
        }
    }

    /** Nothing but what the checkpoint tells. */
    public static final ConversionOptions NONE = new ConversionOptions(new Parts());

    private final Parts parts;

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

    private ConversionOptions with(Consumer<Parts> change) {
        Parts copy = parts.copy();
        change.accept(copy);
        return new ConversionOptions(copy);
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
        return with(copy -> copy.activation = Optional.of(activation));
    }

    /**
     * The same with these means of red, green and blue, for x / 255.
     *
     * @throws IllegalArgumentException if they are not three finite numbers
     */
    public ConversionOptions withMean(List<Float> mean) {
        checkChannels("mean", mean);
        return with(copy -> copy.mean = Optional.of(List.copyOf(mean)));
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
        return with(copy -> copy.std = Optional.of(List.copyOf(std)));
    }

    /** The same with this change of size. */
    public ConversionOptions with(Resize resize) {
        return with(copy -> copy.resize = Optional.of(resize));
    }

    /** The same with this filter of the resize. */
    public ConversionOptions with(Resampling resampling) {
        return with(copy -> copy.resampling = Optional.of(resampling));
    }

    /**
     * The same with pictures of this side, in pixels, where patches leave more than one open.
     *
     * @throws IllegalArgumentException if it is not above zero
     */
    public ConversionOptions withImageSize(int side) {
        if (side < 1) {
            throw new IllegalArgumentException("image-size: expected at least 1, found " + side);
        }
        return with(copy -> copy.imageSize = Optional.of(side));
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
        return with(copy -> copy.visionHeads = Optional.of(heads));
    }

    /**
     * The same with so many attention heads in the text tower.
     *
     * @throws IllegalArgumentException if it has none
     */
    public ConversionOptions withTextHeads(int heads) {
        checkHeads("text heads", heads);
        return with(copy -> copy.textHeads = Optional.of(heads));
    }

    /** The same with or without leave for weights that are infinite or not a number, as those of a training that failed. */
    public ConversionOptions withNonFiniteAllowed(boolean allowed) {
        return with(copy -> copy.allowNonFinite = allowed);
    }

    /** The same with another cleaning of texts than its maker's tokenizer does. */
    public ConversionOptions with(TextCleaning cleaning) {
        return with(copy -> copy.textCleaning = Optional.of(cleaning));
    }

    /**
     * The same with the tokenizer in this file, {@code spiece.model} or {@code tokenizer.json}, for weights that bring none:
     * big_vision's.
     */
    public ConversionOptions withTokenizer(Path file) {
        return with(copy -> copy.tokenizer = Optional.of(file));
    }

    /** The same with the text tower of this checkpoint, a folder or a file, in place of the checkpoint's own if it has one. */
    public ConversionOptions withText(Path checkpoint) {
        return with(copy -> copy.text = Optional.of(checkpoint));
    }

    /**
     * The same with this scale of logits, where two towers are joined that bring none: 100 for most.
     *
     * @throws IllegalArgumentException if it is not a finite number above zero
     */
    public ConversionOptions withLogitScale(float scale) {
        if (!(scale > 0) || Float.isInfinite(scale)) {
            throw new IllegalArgumentException("logit-scale: expected a number above zero, found " + scale);
        }
        return with(copy -> copy.logitScale = Optional.of(scale));
    }

    /**
     * The same with some layers stored as f32 in a narrower model: those that narrow weights would harm.
     *
     * @param patterns names of the model file's matrices and tables, with or without {@code .weight}; {@code *} stands for any
     *     characters: {@code vision.blocks.3.mlp.fc2}, {@code text.*}
     */
    public ConversionOptions withKeptWide(List<String> patterns) {
        List<String> kept = List.copyOf(patterns);
        return with(copy -> copy.keptWide = kept);
    }

    /**
     * The same with or without leave for links in the checkpoint's folder that lead out of it: whoever made the folder made them.
     */
    public ConversionOptions withLinksFollowed(boolean followed) {
        return with(copy -> copy.linksFollowed = followed);
    }

    /**
     * The same with or without limits of int8 weights with which machine code is faster on x86-64 that has AVX2 alone; they are somewhat
     * less accurate. Of int8 models alone.
     */
    public ConversionOptions withRangeReduced(boolean reduced) {
        return with(copy -> copy.rangeReduced = reduced);
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

    /** Side of the model's pictures, in pixels, at least 1. */
    public Optional<Integer> imageSize() {
        return parts.imageSize;
    }

    /** Attention heads of the vision tower, at least 1. */
    public Optional<Integer> visionHeads() {
        return parts.visionHeads;
    }

    /** Attention heads of the text tower, at least 1. */
    public Optional<Integer> textHeads() {
        return parts.textHeads;
    }

    /** What is done to texts first; empty: what the checkpoint's maker does. */
    public Optional<TextCleaning> textCleaning() {
        return parts.textCleaning;
    }

    /** The file of a tokenizer, for weights that bring none. */
    public Optional<Path> tokenizer() {
        return parts.tokenizer;
    }

    /** Another checkpoint, whose text tower is taken. */
    public Optional<Path> text() {
        return parts.text;
    }

    /** What a cosine is multiplied with, where two towers are joined that bring no scale. */
    public Optional<Float> logitScale() {
        return parts.logitScale;
    }

    /** Which matrices and tables stay f32, as {@link #withKeptWide} says it; mostly none. */
    public List<String> keptWide() {
        return parts.keptWide;
    }

    /** Whether weights may be infinite or not a number. */
    public boolean allowNonFinite() {
        return parts.allowNonFinite;
    }

    /** Whether links in the checkpoint's folder may lead out of it. */
    public boolean linksFollowed() {
        return parts.linksFollowed;
    }

    /** Whether int8 weights have a reduced range, as {@link #withRangeReduced} says it. */
    public boolean rangeReduced() {
        return parts.rangeReduced;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConversionOptions that && parts.values().equals(that.parts.values());
    }

    @Override
    public int hashCode() {
        return parts.values().hashCode();
    }

    @Override
    public String toString() {
        return "ConversionOptions" + parts.values();
    }
}
