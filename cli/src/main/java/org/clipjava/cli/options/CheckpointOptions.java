package org.clipjava.cli.options;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.config.Activation;
import org.clipjava.config.TextCleaning;
import org.clipjava.convert.ConversionOptions;
import org.clipjava.convert.ConversionOptions.Resize;
import org.clipjava.image.Resampling;
import picocli.CommandLine.Option;

/** What a checkpoint may leave open: its weights alone do not tell how they were trained. */
public final class CheckpointOptions {
    @Option(
            names = "--activation",
            paramLabel = "NAME",
            description = "quick_gelu or gelu: what the MLPs compute. OpenAI's models: quick_gelu.")
    private Optional<Activation> activation = Optional.empty();

    @Option(
            names = "--mean",
            paramLabel = "R,G,B",
            description = "Means of the channels, for 0 to 1; one number for all three, or clip for OpenAI's.")
    private Optional<String> mean = Optional.empty();

    @Option(names = "--std", paramLabel = "R,G,B", description = "Deviations of the channels, given likewise.")
    private Optional<String> std = Optional.empty();

    @Option(
            names = "--resize",
            paramLabel = "HOW",
            description =
                    "shortest (the short side to the model's size, then the middle) or squash. OpenAI's: shortest.")
    private Optional<Resize> resize = Optional.empty();

    @Option(names = "--resample", paramLabel = "HOW", description = "bicubic or bilinear. OpenAI's: bicubic.")
    private Optional<Resampling> resample = Optional.empty();

    @Option(
            names = "--image-size",
            paramLabel = "N",
            description = "Side of the model's pictures, where patches leave more than one open (big_vision's files).")
    private Optional<Integer> imageSize = Optional.empty();

    @Option(names = "--vision-heads", paramLabel = "N", description = "Attention heads of the image tower.")
    private Optional<Integer> visionHeads = Optional.empty();

    @Option(names = "--text-heads", paramLabel = "N", description = "Attention heads of the text tower.")
    private Optional<Integer> textHeads = Optional.empty();

    @Option(
            names = "--logit-scale",
            paramLabel = "X",
            description = "What cosines are multiplied with, for --text where neither checkpoint says. Mostly 100.")
    private Optional<Float> logitScale = Optional.empty();

    @Option(
            names = "--text-cleaning",
            paramLabel = "HOW",
            description = "none (as Hugging Face's tokenizer) or original (as OpenAI's and OpenCLIP's: ftfy, HTML's"
                    + " entities). Default: as the checkpoint's maker.")
    private Optional<TextCleaning> textCleaning = Optional.empty();

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "The tokenizer of big_vision's weights, which bring none: spiece.model or tokenizer.json.")
    private Optional<Path> tokenizer = Optional.empty();

    public ConversionOptions options() {
        ConversionOptions options = ConversionOptions.NONE;
        try {
            options = activation.map(options::with).orElse(options);
            options = resize.map(options::with).orElse(options);
            options = resample.map(options::with).orElse(options);
            options = textCleaning.map(options::with).orElse(options);
            if (mean.isPresent()) {
                options = options.withMean(channels("--mean", mean.get(), ConversionOptions.CLIP_MEAN));
            }
            if (std.isPresent()) {
                options = options.withStd(channels("--std", std.get(), ConversionOptions.CLIP_STD));
            }
            options = logitScale.map(options::withLogitScale).orElse(options);
            options = imageSize.map(options::withImageSize).orElse(options);
            options = tokenizer.map(options::withTokenizer).orElse(options);
            options = visionHeads.map(options::withVisionHeads).orElse(options);
            return textHeads.map(options::withTextHeads).orElse(options);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--" + String.valueOf(e.getMessage()).replace(" heads", "-heads"), e);
        }
    }

    private static List<Float> channels(String option, String text, List<Float> clips) {
        if (text.equals("clip")) {
            return clips;
        }
        try {
            List<Float> values = Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .map(Float::valueOf)
                    .toList();
            return values.size() == 1 ? List.of(values.getFirst(), values.getFirst(), values.getFirst()) : values;
        } catch (NumberFormatException e) {
            throw CommandFailure.usage(option + ": expected R,G,B, one number or clip, found '" + text + "'", e);
        }
    }
}
