package org.clipjava.modelfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.NormPlacement;
import org.clipjava.config.PatchStem;
import org.clipjava.config.PositionFilter;
import org.clipjava.config.Projection;
import org.clipjava.config.RotaryPositions;
import org.clipjava.config.Scoring;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The metadata of a model file, read and written here and nowhere else. Format 2 has a key for each part. Format 1, of version 0.1.0,
 * has one activation and one epsilon for both towers and says nothing of the parts, since all models had the same.
 */
final class MetadataFormat {
    /** The format that is written. */
    static final String VERSION = "2";

    private static final String PREFIX = "clip.";
    private static final String FORMAT_VERSION = "clip.format_version";
    private static final String SOURCE = "clip.source.";
    private static final String ID = "clip.model_id";
    private static final String REVISION = "clip.revision";
    private static final String DESCRIPTION = "clip.description";
    private static final String LICENCE = "clip.licence";
    private static final String FAMILY = "clip.family";
    private static final String WEIGHT_TYPE = "clip.weight_type";
    private static final String WIDE = "clip.wide";
    private static final String TOWERS = "clip.towers";
    private static final String IMAGE_ALONE = "image";
    private static final String TEXT_ALONE = "text";
    private static final String SCORING = "clip.scoring";
    private static final String TEMPLATE = "clip.template";
    private static final String VISION = "clip.vision";
    private static final String TEXT = "clip.text";

    private static final String CLASS_TOKEN = "class_token";
    private static final String ATTENTION = "attention:";
    private static final String STEM = "clip.vision.stem";
    private static final String ROTARY = "clip.vision.rotary_offset";
    private static final String ANY_SHAPE = "clip.vision.any_shape";
    private static final String POSITION_FILTER = "clip.vision.position_filter";
    private static final String PATCH_BIAS = "clip.vision.patch_bias";
    private static final String LAST = "last";
    private static final String MEAN = "mean";
    private static final String PADDING = "clip.text.padding_token";
    private static final String MASKED = "clip.text.masked_token";
    private static final String TEXT_LN_PRE = "clip.text.ln_pre";
    private static final String NORM = "clip.text.norm";
    private static final String FIRST = "first:";

    private MetadataFormat() {}

    /**
     * Reads either format.
     *
     * @param file name of the model file, for messages
     * @throws ModelFormatException if a key is missing, its value makes no sense, or format 2 has one that is unknown
     */
    static ModelInfo parse(SequencedMap<String, String> metadata, String file) throws ModelFormatException {
        MetadataReader values = new MetadataReader(metadata, file);
        String version = values.string(FORMAT_VERSION);
        try {
            ModelInfo info = switch (version) {
                case "1" -> parse1(values);
                case "2" -> parse2(values);
                default -> throw values.malformed(FORMAT_VERSION, "1 or " + VERSION, version);
            };
            return info.withSources(sources(metadata)).storedAs(metadata);
        } catch (IllegalArgumentException e) {
            throw values.invalid(e);
        }
    }

    private static ModelInfo parse1(MetadataReader values) throws ModelFormatException {
        // that a model of format 1 has no key of another format's is not asked: whoever wrote it knew none
        Layers layers = Layers.read(values, "clip");
        VisionConfig vision = vision(values, layers);
        int start = values.integer("clip.text.start_token");
        int end = values.integer("clip.text.end_token");
        TextConfig text = text(values, layers, new TextPool.FirstOf(end));
        ClipConfig config = ClipConfig.of(vision, text, values.integer("clip.projection"));
        return described(
                values,
                ModelInfo.of(
                        config,
                        new TokenizerConfig.ClipBpe(start, end),
                        PreprocessingFormat.parse(values),
                        weightType(values)));
    }

    private static ModelInfo parse2(MetadataReader values) throws ModelFormatException {
        String family = values.string(FAMILY);
        ClipConfig config = config2(values)
                .withScoring(values.oneOf(
                        SCORING, List.of(new Scoring.Softmax(), new Scoring.Sigmoid()), MetadataFormat::spelled));
        WeightType type = weightType(values);
        ModelInfo info = config.isWhole()
                ? ModelInfo.of(config, TokenizerFormat.parse(values), PreprocessingFormat.parse(values), type)
                : config.hasText()
                        ? ModelInfo.ofText(config, TokenizerFormat.parse(values), type)
                        : ModelInfo.ofVision(config, PreprocessingFormat.parse(values), type);
        info = described(values, info).withFamily(family);
        Optional<String> wide = values.optional(WIDE);
        if (wide.isPresent()) {
            info = info.withWide(List.of(wide.get().split(",", -1)));
        }
        Optional<String> licence = values.optional(LICENCE);
        values.refuseUnread(PREFIX, SOURCE);
        return licence.isPresent() ? info.withLicence(licence.get()) : info;
    }

    /** A model has both towers, unless it says that it has one. */
    private static ClipConfig config2(MetadataReader values) throws ModelFormatException {
        int embedDim = values.integer("clip.embed_dim");
        if (values.optional(TOWERS).isEmpty()) {
            return ClipConfig.of(vision2(values), text2(values), embedDim);
        }
        String tower = values.oneOf(TOWERS, List.of(IMAGE_ALONE, TEXT_ALONE), name -> name);
        return tower.equals(TEXT_ALONE)
                ? ClipConfig.ofText(text2(values), embedDim)
                : ClipConfig.ofVision(vision2(values), embedDim);
    }

    private static VisionConfig vision2(MetadataReader values) throws ModelFormatException {
        VisionConfig vision = vision(values, Layers.read(values, VISION));
        if (values.optional(STEM).isPresent()) {
            vision = vision.withStem(stem(values));
        }
        if (values.optional(ROTARY).isPresent()) {
            vision = vision.withRotary(new RotaryPositions(values.integer(ROTARY)));
        }
        return shaped(vision, values)
                .withPatchBias(values.optional(PATCH_BIAS).isPresent() && values.bool(PATCH_BIAS))
                .withPool(imagePool(values), values.bool(VISION + ".class_token"))
                .withLnPre(values.bool(VISION + ".ln_pre"))
                .withProjection(projection(values, VISION));
    }

    /** A tower for pictures of any shape, or else of one size. */
    private static VisionConfig shaped(VisionConfig vision, MetadataReader values) throws ModelFormatException {
        boolean anyShape = values.optional(ANY_SHAPE).isPresent() && values.bool(ANY_SHAPE);
        Optional<String> filter = values.optional(POSITION_FILTER);
        if (filter.isPresent() && !anyShape) {
            throw values.malformed(POSITION_FILTER, "no such key without " + ANY_SHAPE, filter.get());
        }
        return filter.isPresent()
                ? vision.withAnyShape(values.oneOf(POSITION_FILTER, PositionFilter.values(), MetadataFormat::spelled))
                : vision.withAnyShape(anyShape);
    }

    private static TextConfig text2(MetadataReader values) throws ModelFormatException {
        TextConfig text = text(values, Layers.read(values, TEXT), textPool(values))
                .withProjection(projection(values, TEXT))
                .withMask(values.oneOf(TEXT + ".mask", TextMask.values(), MetadataFormat::spelled))
                .withLnPre(values.optional(TEXT_LN_PRE).isPresent() && values.bool(TEXT_LN_PRE));
        if (values.optional(NORM).isPresent()) {
            text = text.withTower(
                    text.tower().withNorm(values.oneOf(NORM, NormPlacement.values(), MetadataFormat::spelled)));
        }
        if (values.optional(MASKED).isPresent()) {
            text = text.withMaskedToken(values.integer(MASKED));
        }
        return values.optional(PADDING).isPresent() ? text.withPadding(values.integer(PADDING)) : text;
    }

    private static WeightType weightType(MetadataReader values) throws ModelFormatException {
        return values.oneOf(WEIGHT_TYPE, WeightType.values(), WeightType::spelling);
    }

    private static ModelInfo described(MetadataReader values, ModelInfo undescribed) throws ModelFormatException {
        ModelInfo info = undescribed.withTemplate(values.string(TEMPLATE));
        Optional<String> id = values.optional(ID);
        if (id.isPresent()) {
            info = info.withId(id.get());
        }
        Optional<String> revision = values.optional(REVISION);
        if (revision.isPresent()) {
            info = info.withRevision(revision.get());
        }
        Optional<String> description = values.optional(DESCRIPTION);
        return description.isPresent() ? info.withDescription(description.get()) : info;
    }

    private static VisionConfig vision(MetadataReader values, Layers layers) throws ModelFormatException {
        return VisionConfig.of(
                tower(values, VISION, layers),
                values.integer(VISION + ".image_size"),
                values.integer(VISION + ".patch_size"));
    }

    private static TextConfig text(MetadataReader values, Layers layers, TextPool pool) throws ModelFormatException {
        return TextConfig.of(
                tower(values, TEXT, layers),
                values.integer(TEXT + ".context_length"),
                values.integer(TEXT + ".vocabulary_size"),
                pool);
    }

    private static TowerConfig tower(MetadataReader values, String prefix, Layers layers) throws ModelFormatException {
        int width = values.integer(prefix + ".width");
        int count = values.integer(prefix + ".layers");
        int heads = values.integer(prefix + ".heads");
        int mlpWidth = values.integer(prefix + ".mlp_width");
        try {
            return TowerConfig.of(width, count, heads, mlpWidth, layers.activation, layers.eps);
        } catch (IllegalArgumentException e) {
            String where = String.valueOf(e.getMessage()).startsWith("layer_norm_eps") ? layers.prefix : prefix;
            throw new IllegalArgumentException(where + "." + e.getMessage(), e);
        }
    }

    /**
     * What the layers of a tower compute with.
     *
     * @param prefix of the keys that say so
     */
    private record Layers(String prefix, Activation activation, float eps) {
        static Layers read(MetadataReader values, String prefix) throws ModelFormatException {
            return new Layers(
                    prefix,
                    values.oneOf(prefix + ".activation", Activation.values(), Activation::spelling),
                    values.decimal(prefix + ".layer_norm_eps"));
        }
    }

    private static Projection projection(MetadataReader values, String tower) throws ModelFormatException {
        return values.oneOf(tower + ".projection", Projection.values(), MetadataFormat::spelled);
    }

    private static ImagePool imagePool(MetadataReader values) throws ModelFormatException {
        String key = VISION + ".pool";
        String pool = values.string(key);
        if (pool.equals(CLASS_TOKEN)) {
            return new ImagePool.ClassToken();
        }
        if (!pool.matches("attention:[0-9]{1,9}:[0-9]{1,9}")) {
            throw values.malformed(key, "class_token or attention:HEADS:MLP_WIDTH", pool);
        }
        String[] sizes = pool.substring(ATTENTION.length()).split(":", -1);
        return new ImagePool.Attention(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]));
    }

    private static PatchStem stem(MetadataReader values) throws ModelFormatException {
        String stem = values.string(STEM);
        if (!stem.matches("[0-9]{1,9}:[0-9]{1,9}(,[0-9]{1,9}:[0-9]{1,9}){0,7}")) {
            throw values.malformed(STEM, "SIDE:WIDTH of one to eight stages", stem);
        }
        List<PatchStem.Stage> stages = new ArrayList<>();
        for (String stage : stem.split(",", -1)) {
            String[] sizes = stage.split(":", -1);
            stages.add(new PatchStem.Stage(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1])));
        }
        return new PatchStem(stages);
    }

    private static String spelled(PatchStem stem) {
        return stem.stages().stream()
                .map(stage -> stage.side() + ":" + stage.width())
                .collect(Collectors.joining(","));
    }

    private static String spelled(ImagePool pool) {
        return switch (pool) {
            case ImagePool.ClassToken token -> CLASS_TOKEN;
            case ImagePool.Attention attention -> ATTENTION + attention.heads() + ":" + attention.mlpWidth();
        };
    }

    private static String spelled(Scoring scoring) {
        return switch (scoring) {
            case Scoring.Softmax softmax -> "softmax";
            case Scoring.Sigmoid sigmoid -> "sigmoid";
        };
    }

    private static TextPool textPool(MetadataReader values) throws ModelFormatException {
        String key = TEXT + ".pool";
        String pool = values.string(key);
        if (pool.equals(LAST)) {
            return new TextPool.Last();
        }
        if (pool.equals(MEAN)) {
            return new TextPool.Mean();
        }
        if (!pool.matches("first:[0-9]{1,9}")) {
            throw values.malformed(key, "first:TOKEN, last or mean", pool);
        }
        return new TextPool.FirstOf(Integer.parseInt(pool.substring(FIRST.length())));
    }

    private static SequencedMap<String, String> sources(Map<String, String> metadata) {
        SequencedMap<String, String> sources = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(SOURCE)) {
                sources.put(key.substring(SOURCE.length()), value);
            }
        });
        return sources;
    }

    private static String spelled(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Format {@value #VERSION}, in the order of the specification. */
    static SequencedMap<String, String> write(ModelInfo info) {
        SequencedMap<String, String> metadata = origin(info, VERSION);
        info.licence().ifPresent(licence -> metadata.put(LICENCE, licence));
        if (!info.wide().isEmpty()) {
            metadata.put(WIDE, String.join(",", info.wide()));
        }
        metadata.put(FAMILY, info.family());
        ClipConfig config = info.config();
        if (!config.isWhole()) {
            metadata.put(TOWERS, config.hasText() ? TEXT_ALONE : IMAGE_ALONE);
        }
        metadata.put("clip.embed_dim", Integer.toString(config.embedDim()));
        metadata.put(SCORING, spelled(config.scoring()));
        if (config.hasVision()) {
            write(metadata, config.vision());
        }
        if (config.hasText()) {
            write(metadata, config.text());
            TokenizerFormat.write(info.tokenizer(), metadata);
        }
        if (config.hasVision()) {
            PreprocessingFormat.write(info.preprocessing(), metadata);
        }
        metadata.put(TEMPLATE, info.template());
        return metadata;
    }

    private static void write(Map<String, String> metadata, VisionConfig vision) {
        write(metadata, VISION, vision.tower());
        writeLayers(metadata, VISION, vision.tower());
        metadata.put(VISION + ".image_size", Integer.toString(vision.imageSize()));
        metadata.put(VISION + ".patch_size", Integer.toString(vision.patchSize()));
        if (vision.anyShape()) {
            metadata.put(ANY_SHAPE, Boolean.toString(true));
        }
        // what was written before there were two is read as before
        vision.positionFilter()
                .filter(positions -> positions != PositionFilter.BILINEAR)
                .ifPresent(positions -> metadata.put(POSITION_FILTER, spelled(positions)));
        vision.stem().ifPresent(stem -> metadata.put(STEM, spelled(stem)));
        if (vision.patchBias()) {
            metadata.put(PATCH_BIAS, Boolean.toString(true));
        }
        metadata.put(VISION + ".class_token", Boolean.toString(vision.classToken()));
        metadata.put(VISION + ".ln_pre", Boolean.toString(vision.lnPre()));
        vision.rotary().ifPresent(rotary -> metadata.put(ROTARY, Integer.toString(rotary.offset())));
        metadata.put(VISION + ".pool", spelled(vision.pool()));
        metadata.put(VISION + ".projection", spelled(vision.projection()));
    }

    private static void write(Map<String, String> metadata, TextConfig text) {
        write(metadata, TEXT, text.tower());
        writeLayers(metadata, TEXT, text.tower());
        metadata.put(TEXT + ".context_length", Integer.toString(text.contextLength()));
        metadata.put(TEXT + ".vocabulary_size", Integer.toString(text.vocabularySize()));
        metadata.put(TEXT + ".mask", spelled(text.mask()));
        text.padding().ifPresent(token -> metadata.put(PADDING, Integer.toString(token)));
        text.maskedToken().ifPresent(token -> metadata.put(MASKED, Integer.toString(token)));
        if (text.lnPre()) {
            metadata.put(TEXT_LN_PRE, Boolean.toString(true));
        }
        if (text.tower().norm() != NormPlacement.BEFORE) {
            metadata.put(NORM, spelled(text.tower().norm()));
        }
        metadata.put(
                TEXT + ".pool",
                switch (text.pool()) {
                    case TextPool.FirstOf first -> FIRST + first.token();
                    case TextPool.Last last -> LAST;
                    case TextPool.Mean mean -> MEAN;
                });
        metadata.put(TEXT + ".projection", spelled(text.projection()));
    }

    /**
     * What a fingerprint is made of: the same for one model whichever format it is stored in. What format 1 can say is said as it
     * does, since classifiers and caches hold fingerprints from then.
     */
    static SequencedMap<String, String> canonical(ModelInfo info) {
        Map<String, String> stored = info.metadata();
        if ("1".equals(stored.get(FORMAT_VERSION))) {
            return new LinkedHashMap<>(stored);
        }
        if (isOfFormat1(info)) {
            return write1(info);
        }
        SequencedMap<String, String> metadata = write(info);
        metadata.remove(LICENCE); // says nothing of the numbers; format 1 can't say it either
        metadata.remove(WIDE); // a matter of storage, as the weight type is
        return metadata;
    }

    private static boolean isOfFormat1(ModelInfo info) {
        if (!info.config().isWhole()) {
            return false;
        }
        TowerConfig vision = info.config().vision().tower();
        TowerConfig text = info.config().text().tower();
        return vision.activation() == text.activation()
                && vision.layerNormEps() == text.layerNormEps()
                && info.config().scoring() instanceof Scoring.Softmax
                && !info.config().vision().anyShape()
                && info.config().vision().stem().isEmpty()
                && info.config().vision().rotary().isEmpty()
                && !info.config().vision().patchBias()
                && info.config().vision().pool() instanceof ImagePool.ClassToken
                && info.config().vision().classToken()
                && info.config().vision().lnPre()
                && info.config().vision().projection() == Projection.LINEAR
                && info.config().text().projection() == Projection.LINEAR
                && info.config().text().mask() == TextMask.CAUSAL
                && info.config().text().padding().isEmpty()
                && info.config().text().maskedToken().isEmpty()
                && !info.config().text().lnPre()
                && text.norm() == NormPlacement.BEFORE
                && info.config().text().pool() instanceof TextPool.FirstOf first
                && info.tokenizer() instanceof TokenizerConfig.ClipBpe bpe
                && first.token() == bpe.endToken()
                && bpe.cleaning() == TextCleaning.NONE
                && bpe.hasAddedTokensOfClip();
    }

    /** Format 1. What it can't say, a licence, is left out. */
    private static SequencedMap<String, String> write1(ModelInfo info) {
        SequencedMap<String, String> metadata = origin(info, "1");
        ClipConfig config = info.config();
        TowerConfig tower = config.vision().tower();
        metadata.put("clip.projection", Integer.toString(config.embedDim()));
        metadata.put("clip.activation", tower.activation().spelling());
        metadata.put("clip.layer_norm_eps", Float.toString(tower.layerNormEps()));
        write(metadata, VISION, tower);
        metadata.put(VISION + ".image_size", Integer.toString(config.vision().imageSize()));
        metadata.put(VISION + ".patch_size", Integer.toString(config.vision().patchSize()));
        write(metadata, TEXT, config.text().tower());
        metadata.put(TEXT + ".context_length", Integer.toString(config.text().contextLength()));
        metadata.put(TEXT + ".vocabulary_size", Integer.toString(config.text().vocabularySize()));
        switch (info.tokenizer()) {
            case TokenizerConfig.ClipBpe bpe -> {
                metadata.put(TEXT + ".start_token", Integer.toString(bpe.startToken()));
                metadata.put(TEXT + ".end_token", Integer.toString(bpe.endToken()));
            }
            case TokenizerConfig.Pieces pieces -> throw ofFormat2();
            case TokenizerConfig.WordPiece words -> throw ofFormat2();
        }
        PreprocessingFormat.write(info.preprocessing(), metadata);
        metadata.put(TEMPLATE, info.template());
        return metadata;
    }

    private static IllegalArgumentException ofFormat2() {
        return new IllegalArgumentException("format 1 has CLIP's tokens alone");
    }

    /** What both formats begin with. */
    private static SequencedMap<String, String> origin(ModelInfo info, String version) {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt"); // what other readers of safetensors expect
        metadata.put(FORMAT_VERSION, version);
        info.id().ifPresent(id -> metadata.put(ID, id));
        info.description().ifPresent(text -> metadata.put(DESCRIPTION, text));
        info.revision().ifPresent(commit -> metadata.put(REVISION, commit));
        metadata.put(WEIGHT_TYPE, info.weightType().spelling());
        info.sources().forEach((file, digest) -> metadata.put(SOURCE + file, digest));
        return metadata;
    }

    private static void write(Map<String, String> metadata, String prefix, TowerConfig tower) {
        metadata.put(prefix + ".width", Integer.toString(tower.width()));
        metadata.put(prefix + ".layers", Integer.toString(tower.layers()));
        metadata.put(prefix + ".heads", Integer.toString(tower.heads()));
        metadata.put(prefix + ".mlp_width", Integer.toString(tower.mlpWidth()));
    }

    private static void writeLayers(Map<String, String> metadata, String prefix, TowerConfig tower) {
        metadata.put(prefix + ".activation", tower.activation().spelling());
        metadata.put(prefix + ".layer_norm_eps", Float.toString(tower.layerNormEps()));
    }
}
