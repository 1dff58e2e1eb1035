package org.clipjava.convert;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clipjava.config.Activation;
import org.clipjava.config.TextCleaning;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.convert.ConversionOptions.Resize;
import org.clipjava.image.PreprocessorConfig.Resize.Patches;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;

/**
 * {@code open_clip_config.json}. Fields that it leaves out have the value that OpenCLIP's classes give them; those that would
 * make another model of it are refused by name.
 *
 * @param model without a text tower where that is another model's
 * @param needsTokenizer whether it names a tokenizer of its own
 */
record OpenClipConfig(CheckpointConfig model, Preprocessing preprocessing, boolean needsTokenizer) {
    /** OpenCLIP's LayerNorms are PyTorch's. */
    private static final float LAYER_NORM_EPS = 1e-5f;

    /** MetaCLIP 2's {@code pool_type}. */
    private static final String EOS = "eos";

    /** What only training or Python's precision depends on, and what is another name's. */
    private static final Set<String> IGNORED = Set.of(
            "custom_text",
            "init_logit_scale",
            "output_dict",
            "cast_dtype",
            "nonscalar_logit_scale",
            "patch_dropout",
            "hf_tokenizer_name",
            "output_tokens",
            "size",
            "mode",
            "fill_color");

    private static final Set<String> MODEL = Set.of("embed_dim", "vision_cfg", "text_cfg", "quick_gelu");
    private static final Set<String> VISION =
            Set.of("image_size", "layers", "width", "head_width", "mlp_ratio", "patch_size");
    private static final Set<String> TEXT =
            Set.of("context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio");
    private static final Set<String> PREPROCESS = Set.of("mean", "std", "interpolation", "resize_mode");

    /** Fields that change the model unless they have this value, which is the classes' own. */
    private static final Map<String, String> HARMLESS = Map.ofEntries(
            Map.entry("pool_type", "\"tok\" \"argmax\""),
            Map.entry("attentional_pool", "false"),
            Map.entry("attn_pooler_queries", "256"),
            Map.entry("attn_pooler_heads", "8"),
            Map.entry("no_ln_pre", "false"),
            Map.entry("pos_embed_type", "\"learnable\""),
            Map.entry("final_ln_after_pool", "false"),
            Map.entry("input_patchnorm", "false"),
            Map.entry("global_average_pool", "false"),
            Map.entry("no_causal_mask", "false"),
            Map.entry("embed_cls", "false"),
            Map.entry("pad_id", "0"),
            Map.entry("proj_bias", "false"),
            Map.entry("proj_type", "\"linear\""),
            Map.entry("timm_pool", "\"avg\""),
            Map.entry("timm_proj", "\"linear\""),
            Map.entry("timm_proj_bias", "false"),
            Map.entry("qk_norm", "false"),
            Map.entry("scaled_cosine_attn", "false"));

    /**
     * @param repository where it comes from, if that is known
     * @throws ConversionOptionException if the options contradict it
     */
    static OpenClipConfig of(JsonFields config, Optional<String> repository, ConversionOptions options)
            throws ModelFormatException, ConversionOptionException {
        Answers answers = new Answers(config.where());
        OtherFamilies.refuse(config);
        JsonFields model = model(config);
        checkModel(model);
        CheckpointConfig.Vision vision = vision(required(model, "vision_cfg"));
        JsonFields textFields = required(model, "text_cfg");
        Optional<CheckpointConfig.Text> text = Optional.empty();
        answers.confirm(Property.VISION_HEADS, vision.heads(), options.visionHeads());
        if (OpenClipRoberta.family(textFields).isPresent()) {
            OpenClipRoberta.checkFields(textFields);
        } else {
            text = Optional.of(text(textFields, Set.of()));
            answers.confirm(Property.TEXT_HEADS, text.get().heads(), options.textHeads());
        }
        Optional<Activation> stated = model.has("quick_gelu")
                ? Optional.of(model.bool("quick_gelu", false) ? Activation.QUICK_GELU : Activation.GELU)
                : Optional.empty();
        // Models of OpenAI's kind have been published with configs that do not mention it: silence is no answer.
        Optional<Activation> known = repository.flatMap(KnownCheckpoints::activation);
        Activation activation = answers.of(
                Property.ACTIVATION,
                stated,
                options.activation().or(() -> stated.isPresent() ? Optional.empty() : known),
                Activation.GELU);
        answers.check();
        CheckpointConfig checkpoint = new CheckpointConfig(
                model.positive("embed_dim"),
                new CheckpointConfig.Layers(activation, LAYER_NORM_EPS),
                Optional.of(vision),
                text);
        return new OpenClipConfig(
                checkpoint,
                preprocessing(config, vision.imageSize(), options, answers),
                textFields.has("hf_tokenizer_name"));
    }

    /** The model's fields. open_clip's own files of configurations have no model_cfg: what is in it stands by itself. */
    static JsonFields model(JsonFields config) throws ModelFormatException {
        boolean flat = !config.has("model_cfg") && config.has("embed_dim");
        if (flat) {
            return config;
        }
        return config.object("model_cfg").orElseThrow(() -> config.expected("model_cfg", "an object"));
    }

    /** Refuses a field beside the two towers' that would make another model of it. */
    static void checkModel(JsonFields model) throws ModelFormatException {
        checkFields(model, MODEL);
    }

    static JsonFields required(JsonFields fields, String key) throws ModelFormatException {
        return fields.object(key).orElseThrow(() -> fields.expected(key, "an object"));
    }

    private static CheckpointConfig.Vision vision(JsonFields config) throws ModelFormatException {
        checkFields(config, VISION);
        int width = config.positive("width", 768);
        int headWidth = config.positive("head_width", 64);
        if (width % headWidth != 0) {
            throw new ModelFormatException("%s: expected a width that is a multiple of head_width, found %d and %d"
                    .formatted(config.where(), width, headWidth));
        }
        CheckpointConfig.Vision vision = new CheckpointConfig.Vision(
                width,
                mlpWidth(config, width),
                config.positive("layers", 12),
                width / headWidth,
                square(config, "image_size", 224),
                config.positive("patch_size", 16));
        vision.check(config.where(), "image_size", "patch_size");
        return vision;
    }

    /** Whether texts are pooled at a token that the config names, as MetaCLIP 2's are. */
    static boolean poolsAtItsEnd(JsonFields config) throws ModelFormatException {
        Optional<JsonFields> text = model(config).object("text_cfg");
        return text.isPresent() && text.get().string("pool_type").orElse("").equals(EOS);
    }

    /**
     * What is done to texts before a tokenizer of another model's.
     *
     * @param text the text tower's fields
     */
    static TextCleaning cleaning(JsonFields text) throws ModelFormatException {
        JsonFields kwargs =
                text.object("tokenizer_kwargs").orElseGet(() -> JsonFields.empty(text.where() + ": tokenizer_kwargs"));
        for (String key : kwargs.fields().keySet()) {
            if (kwargs.has(key) && !key.equals("clean")) {
                throw kwargs.expected(key, "no such field");
            }
        }
        return switch (kwargs.string("clean").orElse("whitespace")) {
            case "whitespace" -> TextCleaning.CASED;
            case "canonicalize" -> TextCleaning.CANONICAL;
            default -> throw kwargs.expected("clean", "\"whitespace\" or \"canonicalize\"");
        };
    }

    /**
     * CLIP's text tower.
     *
     * @param more fields that whoever asks reads himself
     */
    static CheckpointConfig.Text text(JsonFields config, Set<String> more) throws ModelFormatException {
        Set<String> known = new HashSet<>(TEXT);
        known.addAll(more);
        if (config.string("pool_type").orElse("").equals(EOS)) {
            known.addAll(Set.of("pool_type", "eos_id", "tokenizer_kwargs"));
        }
        checkFields(config, known);
        int width = config.positive("width", 512);
        int heads = config.positive("heads", 8);
        if (width % heads != 0) {
            throw new ModelFormatException("%s: expected a width that is a multiple of heads, found %d and %d"
                    .formatted(config.where(), width, heads));
        }
        return new CheckpointConfig.Text(
                width,
                mlpWidth(config, width),
                config.positive("layers", 12),
                heads,
                config.positive("context_length", 77),
                config.positive("vocab_size", 49408));
    }

    /** {@code int(width * mlp_ratio)}, in Python's doubles. */
    static int mlpWidth(JsonFields config, int width) throws ModelFormatException {
        double ratio = config.decimal("mlp_ratio", 4);
        double mlpWidth = width * ratio;
        if (!(mlpWidth >= 1 && mlpWidth <= Integer.MAX_VALUE)) {
            throw config.expected("mlp_ratio", "a number above zero");
        }
        return (int) mlpWidth;
    }

    /** A number, or twice the same in a list. */
    private static int square(JsonFields config, String key, int otherwise) throws ModelFormatException {
        Optional<JsonElement> element = config.element(key);
        if (element.isPresent() && element.get().isJsonArray()) {
            JsonArray sides = element.get().getAsJsonArray();
            if (sides.size() == 2 && sides.get(0).equals(sides.get(1))) {
                return config.positive(key, sides.get(0));
            }
            throw config.expected(key, "a square's side");
        }
        return config.positive(key, otherwise);
    }

    /**
     * As {@link #preprocessing}, of a model that has another than OpenAI's: a file of open_clip's own configurations says nothing of it, and
     * then people are asked.
     */
    static Preprocessing statedPreprocessing(JsonFields file, int imageSize, ConversionOptions options, Answers answers)
            throws ModelFormatException, ConversionOptionException {
        if (file.has("preprocess_cfg")) {
            return preprocessing(file, imageSize, options, answers);
        }
        return Preprocessing.of(
                        imageSize,
                        answers.of(Property.RESIZE, Optional.empty(), options.resize(), Resize.SHORTEST),
                        answers.of(Property.RESAMPLE, Optional.empty(), options.resampling(), Resampling.BICUBIC),
                        answers.of(Property.MEAN, Optional.empty(), options.mean(), ConversionOptions.CLIP_MEAN),
                        answers.of(Property.STD, Optional.empty(), options.std(), ConversionOptions.CLIP_STD))
                .asTorchvision();
    }

    /**
     * The same for pictures of any shape: OpenCLIP's own transform of them takes the filter, mean and deviation, and not how others are
     * resized.
     *
     * @param imageSize of pictures of one size, which the config tells too
     */
    static Preprocessing statedPreprocessing(
            JsonFields file, int imageSize, Patches patches, ConversionOptions options, Answers answers)
            throws ModelFormatException, ConversionOptionException {
        Preprocessing.ofClip(imageSize).in(patches).confirmResize(options, answers);
        ConversionOptions told = file.has("preprocess_cfg") ? options : options.with(Resize.SQUASH);
        return statedPreprocessing(file, imageSize, told, answers).in(patches);
    }

    static Preprocessing preprocessing(JsonFields file, int imageSize, ConversionOptions options, Answers answers)
            throws ModelFormatException, ConversionOptionException {
        JsonFields config =
                file.object("preprocess_cfg").orElseGet(() -> JsonFields.empty(file.where() + ": preprocess_cfg"));
        checkFields(config, PREPROCESS);
        if (config.has("size") && square(config, "size", imageSize) != imageSize) {
            throw config.expected("size", "model_cfg's image_size, " + imageSize);
        }
        if (!config.string("mode").orElse("RGB").equals("RGB")) {
            throw config.expected("mode", "\"RGB\"");
        }
        Optional<Resampling> resample = statedResample(config);
        Optional<Resize> resize = statedResize(config);
        Optional<List<Float>> mean = channels(config, "mean");
        Optional<List<Float>> std = channels(config, "std");
        return Preprocessing.of(
                        imageSize,
                        answers.otherwise(Property.RESIZE, resize, options.resize(), Resize.SHORTEST),
                        answers.otherwise(Property.RESAMPLE, resample, options.resampling(), Resampling.BICUBIC),
                        answers.otherwise(Property.MEAN, mean, options.mean(), ConversionOptions.CLIP_MEAN),
                        answers.otherwise(Property.STD, std, options.std(), ConversionOptions.CLIP_STD))
                .asTorchvision();
    }

    private static Optional<Resampling> statedResample(JsonFields config) throws ModelFormatException {
        Optional<String> interpolation = config.string("interpolation");
        return switch (interpolation.orElse("")) {
            case "" -> Optional.empty();
            case "bicubic" -> Optional.of(Resampling.BICUBIC);
            case "bilinear" -> Optional.of(Resampling.BILINEAR);
            default -> throw config.expected("interpolation", "\"bicubic\" or \"bilinear\"");
        };
    }

    private static Optional<Resize> statedResize(JsonFields config) throws ModelFormatException {
        Optional<String> mode = config.string("resize_mode");
        return switch (mode.orElse("")) {
            case "" -> Optional.empty();
            case "shortest" -> Optional.of(Resize.SHORTEST);
            case "squash" -> Optional.of(Resize.SQUASH);
            // "longest" pads with a colour, which a model file can't say.
            default -> throw config.expected("resize_mode", "\"shortest\" or \"squash\"");
        };
    }

    private static Optional<List<Float>> channels(JsonFields config, String key) throws ModelFormatException {
        Optional<JsonArray> array = config.array(key);
        if (array.isEmpty()) {
            return Optional.empty();
        }
        List<Float> values = new ArrayList<>();
        for (JsonElement element : array.get()) {
            values.add(config.number(key, element));
        }
        if (values.size() != 3) {
            throw config.expected(key, "three numbers");
        }
        if (key.equals("std") && values.stream().anyMatch(value -> !(value > 0))) {
            throw config.expected(key, "numbers above zero");
        }
        return Optional.of(List.copyOf(values));
    }

    /** Refuses fields by name that this knows nothing of, unless they say what holds anyway. */
    private static void checkFields(JsonFields config, Set<String> known) throws ModelFormatException {
        for (String key : config.fields().keySet()) {
            if (known.contains(key) || IGNORED.contains(key) || !config.has(key)) {
                continue;
            }
            List<String> harmless = List.of(HARMLESS.getOrDefault(key, "").split(" ", -1));
            if (!harmless.contains(config.shown(key))) {
                throw config.expected(
                        key, harmless.equals(List.of("")) ? "no such field" : String.join(" or ", harmless));
            }
        }
    }
}
