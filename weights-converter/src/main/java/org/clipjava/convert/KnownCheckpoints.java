package org.clipjava.convert;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.convert.ConversionOptions.Resize;
import org.clipjava.image.Resampling;

/** Checkpoints of which is known what they do not say themselves. */
final class KnownCheckpoints {
    /** OpenAI's archives, by SHA-256, and the repositories that hold the same weights. They share CLIP's own preprocessing. */
    private static final Map<String, String> OPEN_AI = Map.of(
            "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af", "openai/clip-vit-base-patch32",
            "5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f", "openai/clip-vit-base-patch16",
            "b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836", "openai/clip-vit-large-patch14",
            "3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02", "openai/clip-vit-large-patch14-336");

    private KnownCheckpoints() {}

    /** The repository of the model that one of OpenAI's own archives holds. */
    static Optional<String> openAi(String sha256) {
        return Optional.ofNullable(OPEN_AI.get(sha256));
    }

    /**
     * What holds of all of OpenAI's models.
     *
     * @param options which may repeat it
     * @param where what messages call the checkpoint
     */
    static ConversionOptions ofOpenAi(ConversionOptions options, String where) throws ConversionOptionException {
        Answers answers = new Answers(where);
        return options.with(answers.confirm(Property.ACTIVATION, Activation.QUICK_GELU, options.activation()))
                .with(answers.confirm(Property.RESIZE, Resize.SHORTEST, options.resize()))
                .with(answers.confirm(Property.RESAMPLE, Resampling.BICUBIC, options.resampling()))
                .withMean(answers.confirm(Property.MEAN, ConversionOptions.CLIP_MEAN, options.mean()))
                .withStd(answers.confirm(Property.STD, ConversionOptions.CLIP_STD, options.std()));
    }

    /**
     * What the weights were trained with, by the names of what they were trained on, which repositories carry. An
     * OpenCLIP config that does not mention it is no proof: what came from OpenAI has been published with such ones.
     */
    static Optional<Activation> activation(String repository) {
        String id = repository.toLowerCase(Locale.ROOT).replace('-', '_');
        boolean longTrained = id.contains("dfn2b") && id.contains("39b");
        if (longTrained || id.contains("laion2b") || id.contains("datacomp")) {
            return Optional.of(Activation.GELU);
        }
        boolean quick = id.contains("openai")
                || id.contains("laion400m")
                || id.contains("metaclip")
                || id.contains("dfn2b")
                || id.contains("dfn5b");
        return quick ? Optional.of(Activation.QUICK_GELU) : Optional.empty();
    }
}
