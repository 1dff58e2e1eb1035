package org.clipjava.convert;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
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

    /** In lower case. */
    private static final Set<String> QUICK_GELU = Set.of(
            "openai/clip-vit-base-patch32",
            "openai/clip-vit-base-patch16",
            "openai/clip-vit-large-patch14",
            "openai/clip-vit-large-patch14-336",
            "timm/vit_base_patch32_clip_224.openai",
            "timm/vit_base_patch32_clip_224.laion400m_e31",
            "timm/vit_base_patch32_clip_224.laion400m_e32",
            "timm/vit_base_patch32_clip_224.metaclip_400m",
            "timm/vit_base_patch32_clip_224.metaclip_2pt5b",
            "timm/vit_base_patch16_clip_224.openai",
            "timm/vit_base_patch16_clip_224.metaclip_400m",
            "timm/vit_base_patch16_clip_224.metaclip_2pt5b",
            "timm/vit_base_patch16_clip_224.dfn2b",
            "timm/vit_large_patch14_clip_224.openai",
            "timm/vit_large_patch14_clip_224.metaclip_400m",
            "timm/vit_large_patch14_clip_224.metaclip_2pt5b",
            "timm/vit_large_patch14_clip_224.dfn2b",
            "timm/vit_large_patch14_clip_336.openai",
            "timm/vit_huge_patch14_clip_224.metaclip_2pt5b",
            "timm/vit_huge_patch14_clip_224.metaclip2_worldwide",
            "timm/vit_huge_patch14_clip_224.dfn5b",
            "timm/vit_huge_patch14_clip_378.dfn5b",
            "timm/vit_gigantic_patch14_clip_224.metaclip_2pt5b",
            "apple/dfn2b-clip-vit-b-16",
            "apple/dfn2b-clip-vit-l-14",
            "apple/dfn5b-clip-vit-h-14",
            "apple/dfn5b-clip-vit-h-14-378");

    /** LAION's own repositories of two plain towers, and timm's and Apple's of the same kind. */
    private static final Pattern GELU = Pattern.compile(
            "laion/clip-vit-(b-32|b-16|l-14|h-14|g-14|bigg-14)(-256x256)?-(laion2b|datacomp|commonpool)[a-z0-9.-]*"
                    + "|timm/vit_base_patch32_clip_(224|256)\\.(laion2b_e16|laion2b|datacompxl|datacomp)"
                    + "|timm/vit_base_patch16_clip_224\\.(laion400m_e3[12]|laion2b|datacompxl)"
                    + "|timm/vit_base_patch16_plus_clip_240\\.laion400m_e3[12]"
                    + "|timm/vit_large_patch14_clip_224\\.(laion400m_e3[12]|laion2b|datacompxl|dfn2b_s39b)"
                    + "|timm/vit_huge_patch14_clip_224\\.(laion2b|metaclip_altogether)"
                    + "|timm/vit_(huge_patch14_clip_378|gigantic_patch14_clip_(224|378))\\.metaclip2_worldwide"
                    + "|laion/clip-vit-b-32-xlm-roberta-base-laion5b-s13b-b90k"
                    + "|laion/clip-vit-h-14-frozen-xlm-roberta-large-laion5b-s13b-b90k"
                    + "|apple/dfn2b-clip-vit-l-14-39b");

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
     * What the weights were trained with, by the repository's exact name, as OpenCLIP's own table has it. An OpenCLIP config that does
     * not mention it is no proof: what came from OpenAI has been published with such ones. What a model was trained on is none either:
     * of LAION-400M's models one was trained with quick_gelu, three with gelu.
     */
    static Optional<Activation> activation(String repository) {
        String id = repository.toLowerCase(Locale.ROOT);
        if (QUICK_GELU.contains(id)) {
            return Optional.of(Activation.QUICK_GELU);
        }
        return GELU.matcher(id).matches() ? Optional.of(Activation.GELU) : Optional.empty();
    }
}
