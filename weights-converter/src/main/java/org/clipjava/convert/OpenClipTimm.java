package org.clipjava.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clipjava.config.Activation;
import org.clipjava.config.ImagePool;
import org.clipjava.config.PatchStem;
import org.clipjava.config.Projection;
import org.clipjava.config.RotaryPositions;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.safetensors.ModelFormatException;

/**
 * What an {@code open_clip_config.json} says of models with CLIP's own text tower and an image tower of timm's: the transformers of
 * MobileCLIP, and PE-Core. The image tower is known by timm's name alone; its sizes are those of its tensors.
 *
 * @param text CLIP's, without an image tower
 * @param unmasked whether a text's tokens all see each other, those among them that it is filled up with
 */
record OpenClipTimm(CheckpointConfig text, boolean unmasked, Preprocessing preprocessing, boolean needsTokenizer) {
    /** Of OpenCLIP's LayerNorms, which are PyTorch's, and of timm's towers of CLIP. */
    private static final float CLIP_EPS = 1e-5f;

    /** Of timm's other towers. */
    private static final float TIMM_EPS = 1e-6f;

    /** What OpenCLIP's tokenizer of CLIP fills texts up with. */
    private static final int PADDING = 0;

    /** Of the attention that pools PE-Core's patches. */
    private static final int POOL_HEADS = 8;

    private static final String PATCHES = "vision_model.embeddings.patch_embedding.weight";

    /** What timm's name says. */
    private enum Tower {
        /** With three convolutions for an embedding of patches, and no position of the class token. */
        MOBILE_CLIP_B(CheckpointFamily.MOBILE_CLIP, "\"token\"", 64),
        /** CLIP's own, by timm's names of its tensors. */
        MOBILE_CLIP_L(CheckpointFamily.MOBILE_CLIP, "\"token\"", 64),
        /** With positions that are turns, from 1 on, and a pool by attention. */
        PE_CORE(CheckpointFamily.PE_CORE, "\"map\"", 64),
        /** The largest, without a class token, and with turns from 0 on. */
        PE_CORE_G(CheckpointFamily.PE_CORE, "\"map\"", 96);

        private final CheckpointFamily family;
        private final String pool;
        private final int headWidth;

        Tower(CheckpointFamily family, String pool, int headWidth) {
            this.family = family;
            this.pool = pool;
            this.headWidth = headWidth;
        }
    }

    private static final Map<String, Tower> TOWERS = Map.of(
            "vit_base_mci_224", Tower.MOBILE_CLIP_B,
            "vit_large_patch14_clip_224", Tower.MOBILE_CLIP_L,
            "vit_pe_core_tiny_patch16_384", Tower.PE_CORE,
            "vit_pe_core_small_patch16_384", Tower.PE_CORE,
            "vit_pe_core_base_patch16_224", Tower.PE_CORE,
            "vit_pe_core_large_patch14_336", Tower.PE_CORE,
            "vit_pe_core_gigantic_patch14_448", Tower.PE_CORE_G);

    private static final Set<String> VISION = Set.of(
            "image_size",
            "timm_model_name",
            "timm_model_pretrained",
            "timm_pool",
            "timm_proj",
            "timm_drop",
            "timm_drop_path");

    /** The family of an image tower; empty if it is none of these. */
    static Optional<CheckpointFamily> family(JsonFields vision) throws ModelFormatException {
        return tower(vision).map(tower -> tower.family);
    }

    private static Optional<Tower> tower(JsonFields vision) throws ModelFormatException {
        return Optional.ofNullable(TOWERS.get(vision.string("timm_model_name").orElse("")));
    }

    /**
     * All that a config says beside the image tower's sizes.
     *
     * @throws ConversionOptionException if the options contradict it, or leave something open
     */
    static OpenClipTimm of(JsonFields config, ConversionOptions options)
            throws ModelFormatException, ConversionOptionException {
        Answers answers = new Answers(config.where());
        JsonFields model = OpenClipConfig.model(config);
        OpenClipConfig.checkModel(model);
        JsonFields visionFields = OpenClipConfig.required(model, "vision_cfg");
        checkVision(visionFields);
        JsonFields textFields = OpenClipConfig.required(model, "text_cfg");
        CheckpointConfig.Text text = OpenClipConfig.text(textFields, Set.of("no_causal_mask"));
        boolean unmasked = textFields.bool("no_causal_mask", false);
        if (unmasked && textFields.has("hf_tokenizer_name")) {
            throw textFields.expected("hf_tokenizer_name", "none, as texts without a mask depend on their padding");
        }
        // timm's towers compute this whatever the config says, and where it says nothing texts do, too
        Activation activation = model.bool("quick_gelu", false) ? Activation.QUICK_GELU : Activation.GELU;
        answers.confirm(Property.ACTIVATION, Activation.GELU, options.activation());
        answers.confirm(Property.TEXT_HEADS, text.heads(), options.textHeads());
        Preprocessing preprocessing =
                OpenClipConfig.statedPreprocessing(config, imageSize(visionFields), options, answers);
        answers.check();
        return new OpenClipTimm(
                new CheckpointConfig(
                        model.positive("embed_dim"),
                        new CheckpointConfig.Layers(activation, CLIP_EPS),
                        Optional.empty(),
                        Optional.of(text)),
                unmasked,
                preprocessing,
                textFields.has("hf_tokenizer_name"));
    }

    private static int imageSize(JsonFields vision) throws ModelFormatException {
        return vision.positive("image_size", 224);
    }

    private static void checkVision(JsonFields fields) throws ModelFormatException {
        for (String key : fields.fields().keySet()) {
            if (fields.has(key) && !VISION.contains(key)) {
                throw fields.expected(key, "no such field beside a timm_model_name");
            }
        }
        Tower tower =
                tower(fields).orElseThrow(() -> fields.expected("timm_model_name", "a MobileCLIP's or PE-Core's"));
        if (!fields.shown("timm_pool").equals(tower.pool)) {
            throw fields.expected("timm_pool", tower.pool);
        }
        // without the field OpenCLIP puts a layer of its own behind the tower
        if (!fields.shown("timm_proj").equals("null")) {
            throw fields.expected("timm_proj", "null");
        }
    }

    /** The text tower, for so many tokens. */
    TextConfig textTower(int tokens, int end) {
        TextConfig tower = text.withVocabulary(tokens).textPart(end);
        return unmasked ? tower.withMask(TextMask.NONE).withPadding(PADDING) : tower;
    }

    /** @throws ModelFormatException if the weights are no such tower's */
    static VisionConfig vision(JsonFields config, Checkpoint checkpoint) throws ModelFormatException {
        JsonFields fields = OpenClipConfig.required(OpenClipConfig.model(config), "vision_cfg");
        Tower tower = tower(fields).orElseThrow();
        TensorSizes sizes = new TensorSizes(checkpoint);
        int width = sizes.of(PATCHES, 0, 4);
        if (width % tower.headWidth != 0) {
            throw fields.expected(
                    "timm_model_name",
                    "one whose heads, " + tower.headWidth + " wide, divide the weights' width, " + width);
        }
        TowerConfig transformer = TowerConfig.of(
                width,
                sizes.layers("vision_model"),
                width / tower.headWidth,
                sizes.of("vision_model.encoder.layers.0.mlp.fc1.weight", 0, 2),
                Activation.GELU,
                tower == Tower.MOBILE_CLIP_B ? TIMM_EPS : CLIP_EPS);
        return switch (tower) {
            case MOBILE_CLIP_L ->
                VisionConfig.of(transformer, imageSize(fields), sizes.of(PATCHES, 3, 4))
                        .withProjection(Projection.LINEAR_WITH_BIAS);
            case PE_CORE, PE_CORE_G ->
                VisionConfig.of(transformer, imageSize(fields), sizes.of(PATCHES, 3, 4))
                        .withRotary(new RotaryPositions(tower == Tower.PE_CORE ? 1 : 0))
                        .withPool(
                                new ImagePool.Attention(POOL_HEADS, sizes.of("vision_model.head.mlp.fc1.weight", 0, 2)),
                                tower == Tower.PE_CORE)
                        .withProjection(Projection.LINEAR_WITH_BIAS);
            case MOBILE_CLIP_B -> {
                PatchStem stem = stem(sizes);
                int patch = sizes.of(PATCHES, 1, 4);
                for (PatchStem.Stage stage : stem.stages()) {
                    patch = Math.multiplyExact(patch, stage.side());
                }
                yield VisionConfig.of(transformer, imageSize(fields), patch)
                        .withStem(stem)
                        .withPatchBias(true)
                        .withLnPre(false)
                        .withProjection(Projection.LINEAR_WITH_BIAS);
            }
        };
    }

    private static PatchStem stem(TensorSizes sizes) throws ModelFormatException {
        List<PatchStem.Stage> stages = new ArrayList<>();
        for (int i = 0; sizes.checkpoint().has(TimmNames.STEM + i + ".weight"); i++) {
            String weight = TimmNames.STEM + i + ".weight";
            stages.add(new PatchStem.Stage(sizes.of(weight, 2, 4), sizes.of(weight, 0, 4)));
        }
        return new PatchStem(stages);
    }
}
