package org.clipjava.convert;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.config.Activation;
import org.clipjava.config.ImagePool;
import org.clipjava.config.PositionFilter;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.image.PreprocessorConfig.Resize.Patches;
import org.clipjava.safetensors.ModelFormatException;

/**
 * What an {@code open_clip_config.json} of SigLIP says. Its image tower is timm's, and known by timm's name alone; its sizes are those of
 * its tensors.
 */
final class OpenClipSiglip {
    /** timm's LayerNorms. */
    private static final float VISION_EPS = 1e-6f;

    /** Of OpenCLIP's LayerNorms, which are PyTorch's. */
    private static final float TEXT_EPS = 1e-5f;

    /** The size, and behind that of a tower for pictures of any shape. */
    private static final Pattern NAME = Pattern.compile(
            "vit_(base|large|so400m|giantopt)_patch[0-9]{2}_siglip_[0-9]{3}|naflexvit_(base|so400m)_patch16_siglip");

    /**
     * What timm's definitions say.
     *
     * @param width as published
     * @param headWidth of one attention head
     */
    private record Size(int width, int headWidth) {}

    private static final Map<String, Size> SIZES = Map.of(
            "base", new Size(768, 64),
            "large", new Size(1024, 64),
            "so400m", new Size(1152, 72),
            "giantopt", new Size(1536, 96));

    /** Those that timm runs through tanh; it shares the others with SigLIP 1, and runs them through erf. */
    private static final Set<String> TANH = Set.of(
            "vit_base_patch32_siglip_256",
            "vit_large_patch16_siglip_512",
            "vit_so400m_patch16_siglip_256",
            "vit_so400m_patch16_siglip_384",
            "vit_so400m_patch16_siglip_512",
            "vit_giantopt_patch16_siglip_256",
            "vit_giantopt_patch16_siglip_384",
            "naflexvit_base_patch16_siglip",
            "naflexvit_so400m_patch16_siglip");

    private static final Set<String> MODEL =
            Set.of("embed_dim", "init_logit_bias", "init_logit_scale", "custom_text", "vision_cfg", "text_cfg");
    private static final Map<String, String> VISION = Map.of("timm_pool", "\"map\"", "timm_proj", "\"none\"");
    private static final Set<String> VISION_IGNORED =
            Set.of("image_size", "timm_model_name", "timm_model_pretrained", "timm_drop", "timm_drop_path");

    /** Of a tower for pictures of any shape: the most patches of one. */
    private static final String MOST_PATCHES = "image_seq_len";

    private static final Map<String, String> TEXT = Map.of("no_causal_mask", "true", "pool_type", "\"last\"");
    private static final Set<String> TEXT_READ = Set.of(
            "context_length",
            "vocab_size",
            "hf_tokenizer_name",
            "tokenizer_kwargs",
            "width",
            "heads",
            "layers",
            "mlp_ratio",
            "proj_type",
            "proj_bias",
            "norm_kwargs",
            "act_kwargs");

    private static final String CLEAN = "\"canonicalize\"";

    private OpenClipSiglip() {}

    /** Whether the config is one of SigLIP: it names an image tower of that in timm, and no other text tower. */
    static boolean isOne(JsonFields config) throws ModelFormatException {
        JsonFields model = OpenClipConfig.model(config);
        Optional<JsonFields> vision = model.object("vision_cfg");
        Optional<JsonFields> text = model.object("text_cfg");
        return vision.isPresent()
                && isTower(vision.get())
                && text.isPresent()
                && !text.get().has("hf_model_name");
    }

    /** Whether an image tower is SigLIP's. */
    static boolean isTower(JsonFields vision) throws ModelFormatException {
        return named(vision).matches();
    }

    private static Matcher named(JsonFields vision) throws ModelFormatException {
        return NAME.matcher(vision.string("timm_model_name").orElse(""));
    }

    private static boolean isForAnyShape(JsonFields vision) throws ModelFormatException {
        Matcher parts = named(vision);
        return parts.matches() && parts.group(2) != null;
    }

    /** @throws ModelFormatException if a field would make another model of it, or the weights are of another size */
    static SiglipConfig of(JsonFields config, Checkpoint checkpoint) throws ModelFormatException {
        checkFields(config);
        JsonFields model = OpenClipConfig.model(config);
        try {
            VisionConfig vision = vision(OpenClipConfig.required(model, "vision_cfg"), new TensorSizes(checkpoint));
            TextConfig text = text(OpenClipConfig.required(model, "text_cfg"));
            int embedDim = model.positive("embed_dim");
            if (embedDim != vision.tower().width()) {
                throw model.expected(
                        "embed_dim",
                        "the image tower's width, " + vision.tower().width());
            }
            return new SiglipConfig(Optional.of(vision), Optional.of(text), embedDim, config.where());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(config.where() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Looks at all that a config says beside sizes.
     *
     * @throws ModelFormatException if a field would make another model of it
     */
    static void checkFields(JsonFields config) throws ModelFormatException {
        JsonFields model = OpenClipConfig.model(config);
        check(model, MODEL, Map.of());
        JsonFields vision = OpenClipConfig.required(model, "vision_cfg");
        if (isForAnyShape(vision)) {
            Set<String> known = new HashSet<>(VISION_IGNORED);
            known.add(MOST_PATCHES);
            check(vision, known, VISION);
            mostPatches(vision);
        } else {
            check(vision, VISION_IGNORED, VISION);
        }
        text(OpenClipConfig.required(model, "text_cfg"));
    }

    private static int mostPatches(JsonFields vision) throws ModelFormatException {
        int most = vision.positive(MOST_PATCHES);
        if (most > ImageEncoder.MAX_PATCHES) {
            throw vision.expected(MOST_PATCHES, "at most " + ImageEncoder.MAX_PATCHES);
        }
        return most;
    }

    /**
     * How pictures are prepared: those of any shape as by OpenCLIP's own transform of them, to as many patches as the config says.
     *
     * @param vision of this config
     * @throws ConversionOptionException if the options contradict it
     */
    static Preprocessing preprocessing(
            JsonFields config, VisionConfig vision, ConversionOptions options, Answers answers)
            throws ModelFormatException, ConversionOptionException {
        if (!vision.anyShape()) {
            return OpenClipConfig.statedPreprocessing(config, vision.imageSize(), options, answers);
        }
        JsonFields fields = OpenClipConfig.required(OpenClipConfig.model(config), "vision_cfg");
        try {
            Patches patches = new Patches(vision.patchSize(), mostPatches(fields));
            return OpenClipConfig.statedPreprocessing(config, imageSize(fields), patches, options, answers);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(fields.where() + ": " + MOST_PATCHES + ": " + e.getMessage(), e);
        }
    }

    private static int imageSize(JsonFields vision) throws ModelFormatException {
        return vision.positive("image_size", 224);
    }

    private static VisionConfig vision(JsonFields fields, TensorSizes sizes) throws ModelFormatException {
        String name = fields.string("timm_model_name").orElseThrow();
        Matcher parts = named(fields);
        if (!parts.matches()) {
            throw fields.expected("timm_model_name", "a SigLIP's");
        }
        boolean anyShape = parts.group(2) != null;
        int width = sizes.of(TensorSizes.PATCHES, 0, anyShape ? 2 : 4);
        Size published = Objects.requireNonNull(SIZES.get(parts.group(anyShape ? 2 : 1)));
        boolean another = SIZES.values().stream().anyMatch(size -> size.width == width) && published.width != width;
        if (another || width % published.headWidth != 0) {
            throw fields.expected(
                    "timm_model_name",
                    "one whose tower is " + width + " wide, as that of the weights, not " + published.width);
        }
        TowerConfig tower = TowerConfig.of(
                width,
                sizes.layers("vision_model"),
                width / published.headWidth,
                sizes.of("vision_model.encoder.layers.0.mlp.fc1.weight", 0, 2),
                TANH.contains(name) ? Activation.GELU_TANH : Activation.GELU,
                VISION_EPS);
        VisionConfig pictures = anyShape
                ? VisionConfig.of(tower, sizes.positionSide() * sizes.patchSide(), sizes.patchSide())
                        .withAnyShape(PositionFilter.BICUBIC)
                : VisionConfig.of(tower, imageSize(fields), sizes.of(TensorSizes.PATCHES, 3, 4));
        return pictures.withPatchBias(true)
                .withLnPre(false)
                .withPool(new ImagePool.Attention(tower.heads(), tower.mlpWidth()), false)
                .withProjection(Projection.NONE);
    }

    private static TextConfig text(JsonFields fields) throws ModelFormatException {
        check(fields, TEXT_READ, TEXT);
        for (String key : TEXT.keySet()) {
            if (!fields.has(key)) {
                throw fields.expected(key, TEXT.get(key) + ", as SigLIP has it");
            }
        }
        JsonFields tokenizer = fields.object("tokenizer_kwargs")
                .orElseGet(() -> JsonFields.empty(fields.where() + ": tokenizer_kwargs"));
        check(tokenizer, Set.of(), Map.of("clean", CLEAN));
        if (!tokenizer.has("clean")) {
            throw tokenizer.expected("clean", CLEAN);
        }
        Optional<JsonFields> norm = fields.object("norm_kwargs");
        if (norm.isPresent()) {
            check(norm.get(), Set.of("eps"), Map.of());
        }
        Optional<JsonFields> act = fields.object("act_kwargs");
        if (act.isPresent()) {
            check(act.get(), Set.of("approximate"), Map.of());
        }
        String approximate = act.isPresent() ? act.get().string("approximate").orElse("none") : "none";
        if (!approximate.equals("none") && !approximate.equals("tanh")) {
            throw act.orElseThrow().expected("approximate", "\"none\" or \"tanh\"");
        }
        int width = fields.positive("width", 512);
        try {
            TowerConfig tower = TowerConfig.of(
                    width,
                    fields.positive("layers", 12),
                    fields.positive("heads", 8),
                    OpenClipConfig.mlpWidth(fields, width),
                    approximate.equals("tanh") ? Activation.GELU_TANH : Activation.GELU,
                    norm.isPresent() ? norm.get().number("eps", TEXT_EPS) : TEXT_EPS);
            return TextConfig.of(
                            tower,
                            fields.positive("context_length", 77),
                            fields.positive("vocab_size", 49408),
                            new TextPool.Last())
                    .withMask(TextMask.NONE)
                    .withProjection(projection(fields));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(fields.where() + ": " + e.getMessage(), e);
        }
    }

    private static Projection projection(JsonFields fields) throws ModelFormatException {
        return switch (fields.string("proj_type").orElse("linear")) {
            case "linear" -> {
                // without a bias it would be a matrix that lies the other way round, which no SigLIP has
                if (!fields.bool("proj_bias", false)) {
                    throw fields.expected("proj_bias", "true, as SigLIP has it");
                }
                yield Projection.LINEAR_WITH_BIAS;
            }
            case "none" -> Projection.NONE;
            default -> throw fields.expected("proj_type", "\"linear\" or \"none\"");
        };
    }

    /** Refuses fields by name that are not known, and those that say something else than SigLIP's do. */
    private static void check(JsonFields fields, Set<String> known, Map<String, String> fixed)
            throws ModelFormatException {
        for (String key : fields.fields().keySet()) {
            if (!fields.has(key) || known.contains(key)) {
                continue;
            }
            String value = fixed.get(key);
            if (value == null || !value.equals(fields.shown(key))) {
                throw fields.expected(key, value == null ? "no such field in a SigLIP's config" : value);
            }
        }
    }
}
