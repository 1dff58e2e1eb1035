package org.clipjava.convert;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.clipjava.config.VisionConfig;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.convert.ConversionOptions.Resize;
import org.clipjava.image.CropRounding;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.PreprocessorConfig.CentreCrop;
import org.clipjava.image.PreprocessorConfig.Resize.Exact;
import org.clipjava.image.PreprocessorConfig.Resize.None;
import org.clipjava.image.PreprocessorConfig.Resize.Patches;
import org.clipjava.image.PreprocessorConfig.Resize.ShortestEdge;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;

/** How a picture becomes the model's input, put together from what a checkpoint and its user say. */
record Preprocessing(PreprocessorConfig config) {
    /** The processors that work as CLIP's does; others read the same fields differently. */
    private static final Set<String> PROCESSORS =
            Set.of("CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPFeatureExtractor");

    private static final Set<String> SIGLIP_PROCESSORS =
            Set.of("SiglipImageProcessor", "SiglipImageProcessorFast", "SiglipImageProcessorPil");

    /** Those of SigLIP 2 for pictures of any shape. */
    private static final Set<String> PATCH_PROCESSORS =
            Set.of("Siglip2ImageProcessor", "Siglip2ImageProcessorFast", "Siglip2ImageProcessorPil");

    private static final int MOST_PATCHES = 256;

    /** SigLIP's means and deviations. */
    static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

    /** CLIP's own, for a checkpoint that says nothing. */
    static Preprocessing ofClip(int imageSize) {
        return of(
                imageSize,
                Resize.SHORTEST,
                Resampling.BICUBIC,
                ConversionOptions.CLIP_MEAN,
                ConversionOptions.CLIP_STD);
    }

    /** What the options tell, and CLIP's own where they are silent. */
    static Preprocessing of(int imageSize, ConversionOptions options) {
        return of(
                imageSize,
                options.resize().orElse(Resize.SHORTEST),
                options.resampling().orElse(Resampling.BICUBIC),
                options.mean().orElse(ConversionOptions.CLIP_MEAN),
                options.std().orElse(ConversionOptions.CLIP_STD));
    }

    /** The same as torchvision does it, which OpenAI's and OpenCLIP's own code calls. */
    Preprocessing asTorchvision() {
        return config.crop().isPresent() ? new Preprocessing(config.withCropRounding(CropRounding.HALF_EVEN)) : this;
    }

    /** The same with another filter. */
    Preprocessing with(Resampling resample) {
        return new Preprocessing(config.withResampling(resample));
    }

    /** The same for pictures of any shape, in whole patches. */
    Preprocessing in(Patches patches) {
        return of(patches, Optional.empty(), config.resampling(), config.mean(), config.std());
    }

    /** As messages show it: {@code shortest_edge:224}, {@code exact:224x224}, {@code patches:16:256} or {@code none}. */
    String resize() {
        return switch (config.resize()) {
            case ShortestEdge edge -> "shortest_edge:" + edge.size();
            case Exact exact -> "exact:" + exact.height() + "x" + exact.width();
            case Patches patches -> "patches:" + patches.side() + ":" + patches.most();
            case None none -> "none";
        };
    }

    /** As messages show it: {@code 224x224} or {@code none}. */
    String crop() {
        return config.crop().map(crop -> crop.height() + "x" + crop.width()).orElse("none");
    }

    /** As messages show it: {@code bicubic} or {@code bilinear}. */
    String resample() {
        return config.resampling().name().toLowerCase(Locale.ROOT);
    }

    /** Refuses options that say something else. */
    void confirm(ConversionOptions options, Answers answers) throws ConversionOptionException {
        confirmResize(options, answers);
        answers.confirm(Property.RESAMPLE, config.resampling(), options.resampling());
        answers.confirm(Property.MEAN, config.mean(), options.mean());
        answers.confirm(Property.STD, config.std(), options.std());
    }

    /** Refuses an option that says to resize in another way. */
    void confirmResize(ConversionOptions options, Answers answers) throws ConversionOptionException {
        String manner = switch (config.resize()) {
            case ShortestEdge edge -> "shortest";
            case Exact exact -> "squash";
            case Patches patches -> "patches";
            case None none -> "none";
        };
        answers.confirm(
                Property.RESIZE,
                manner,
                options.resize().map(value -> value.name().toLowerCase(Locale.ROOT)));
    }

    static Preprocessing of(int imageSize, Resize resize, Resampling resample, List<Float> mean, List<Float> std) {
        return resize == Resize.SQUASH
                ? of(new Exact(imageSize, imageSize), Optional.empty(), resample, mean, std)
                : of(
                        new ShortestEdge(imageSize),
                        Optional.of(new CentreCrop(imageSize, imageSize)),
                        resample,
                        mean,
                        std);
    }

    private static Preprocessing of(
            PreprocessorConfig.Resize resize,
            Optional<CentreCrop> crop,
            Resampling resample,
            List<Float> mean,
            List<Float> std) {
        return new Preprocessing(PreprocessorConfig.of(resize, crop, resample, mean, std));
    }

    /** @param config an image processor's fields, as in {@code preprocessor_config.json} */
    static Preprocessing of(JsonFields config, int imageSize) throws ModelFormatException {
        for (String key : List.of("image_processor_type", "feature_extractor_type")) {
            String type = config.string(key).orElse("CLIPImageProcessor");
            if (!PROCESSORS.contains(type)) {
                throw config.expected(key, "CLIP's (CLIPImageProcessor)");
            }
        }
        Preprocessing preprocessing = of(config, ofClip(imageSize).config);
        preprocessing.checkGivesModelsInput(config, imageSize);
        return preprocessing;
    }

    /**
     * SigLIP's own, for a checkpoint that says nothing.
     *
     * @param where the tower is described
     */
    static Preprocessing ofSiglip(VisionConfig vision, String where) throws ModelFormatException {
        if (!vision.anyShape()) {
            return of(vision.imageSize(), Resize.SQUASH, Resampling.BICUBIC, HALF, HALF);
        }
        try {
            Patches patches = new Patches(vision.patchSize(), MOST_PATCHES);
            return of(patches, Optional.empty(), Resampling.BILINEAR, HALF, HALF);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(where + ": " + e.getMessage(), e); // of enormous sides
        }
    }

    /** @param config the fields of SigLIP's image processor */
    static Preprocessing ofSiglip(JsonFields config, VisionConfig vision) throws ModelFormatException {
        String own = vision.anyShape() ? "Siglip2ImageProcessor" : "SiglipImageProcessor";
        String type = config.string("image_processor_type").orElse(own);
        if (!(vision.anyShape() ? PATCH_PROCESSORS : SIGLIP_PROCESSORS).contains(type)) {
            throw config.expected("image_processor_type", "SigLIP's (" + own + ")");
        }
        if (vision.anyShape()) {
            return ofPatches(config, vision);
        }
        Preprocessing preprocessing = of(config, ofSiglip(vision, config.where()).config);
        preprocessing.checkGivesModelsInput(config, vision.imageSize());
        return preprocessing;
    }

    private static Preprocessing ofPatches(JsonFields config, VisionConfig vision) throws ModelFormatException {
        int side = vision.patchSize();
        if (config.positive("patch_size", 16) != side) {
            throw config.expected("patch_size", "config.json's, " + side);
        }
        if (!config.bool("do_resize", true)) {
            throw config.expected("do_resize", "true, for pictures in whole patches");
        }
        int most = config.positive("max_num_patches", MOST_PATCHES);
        try {
            return of(config, ofSiglip(vision, config.where()).config, new Patches(side, most), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(config.where() + ": " + e.getMessage(), e);
        }
    }

    /** @param own what the processor's class does where the fields are silent */
    private static Preprocessing of(JsonFields config, PreprocessorConfig own) throws ModelFormatException {
        try {
            return of(
                    config,
                    own,
                    config.bool("do_resize", true) ? resize(config, own) : new None(),
                    config.bool("do_center_crop", own.crop().isPresent()) ? crop(config, own) : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(config.where() + ": " + e.getMessage(), e); // a size beyond all bounds
        }
    }

    /** What happens behind the resize, and its filter, as the fields say. */
    private static Preprocessing of(
            JsonFields config, PreprocessorConfig own, PreprocessorConfig.Resize resize, Optional<CentreCrop> crop)
            throws ModelFormatException {
        if (!config.bool("do_rescale", true)) {
            throw config.expected("do_rescale", "true");
        }
        float factor = config.number("rescale_factor", 1 / 255f);
        if (Math.abs(factor * 255 - 1) > 1e-5f) {
            throw config.expected("rescale_factor", "1/255");
        }
        boolean normalize = config.bool("do_normalize", true);
        List<Float> std = normalize ? channels(config, "image_std", own.std()) : List.of(1f, 1f, 1f);
        if (std.stream().anyMatch(value -> !(value > 0))) {
            throw config.expected("image_std", "numbers above zero");
        }
        List<Float> mean = normalize ? channels(config, "image_mean", own.mean()) : List.of(0f, 0f, 0f);
        return of(resize, crop, resample(config, own), mean, std);
    }

    private static PreprocessorConfig.Resize resize(JsonFields config, PreprocessorConfig clip)
            throws ModelFormatException {
        if (!config.has("size")) {
            return clip.resize();
        }
        if (isNumber(config, "size")) {
            return new ShortestEdge(config.positive("size"));
        }
        JsonFields size = config.object("size").orElseThrow();
        Set<String> keys = keys(size);
        if (keys.equals(Set.of("shortest_edge"))) {
            return new ShortestEdge(size.positive("shortest_edge"));
        }
        if (keys.equals(Set.of("height", "width"))) {
            return new Exact(size.positive("height"), size.positive("width"));
        }
        throw config.expected("size", "a number, {shortest_edge} or {height, width}");
    }

    private static Optional<CentreCrop> crop(JsonFields config, PreprocessorConfig clip) throws ModelFormatException {
        if (!config.has("crop_size")) {
            return clip.crop();
        }
        if (isNumber(config, "crop_size")) {
            int side = config.positive("crop_size");
            return Optional.of(new CentreCrop(side, side));
        }
        JsonFields size = config.object("crop_size").orElseThrow();
        if (keys(size).equals(Set.of("height", "width"))) {
            return Optional.of(new CentreCrop(size.positive("height"), size.positive("width")));
        }
        throw config.expected("crop_size", "a number or {height, width}");
    }

    /** Pillow's numbers. */
    private static Resampling resample(JsonFields config, PreprocessorConfig own) throws ModelFormatException {
        return switch (config.shown("resample")) {
            case "nothing", "null" -> own.resampling();
            case "3" -> Resampling.BICUBIC;
            case "2" -> Resampling.BILINEAR;
            default -> throw config.expected("resample", "3 (bicubic) or 2 (bilinear)");
        };
    }

    private static List<Float> channels(JsonFields config, String key, List<Float> otherwise)
            throws ModelFormatException {
        if (!config.has(key)) {
            return otherwise;
        }
        JsonArray array = config.array(key).orElseThrow();
        if (array.size() != 3) {
            throw config.expected(key, "three numbers");
        }
        return List.of(
                config.number(key, array.get(0)), config.number(key, array.get(1)), config.number(key, array.get(2)));
    }

    /** What comes out must be square and as large as the vision tower wants it, whatever picture goes in. */
    private void checkGivesModelsInput(JsonFields fields, int imageSize) throws ModelFormatException {
        boolean fits = config.crop()
                .map(crop -> crop.equals(new CentreCrop(imageSize, imageSize)))
                .orElse(config.resize().equals(new Exact(imageSize, imageSize)));
        if (!fits) {
            throw new ModelFormatException(
                    "%1$s: expected pictures of %2$dx%2$d as config.json's image_size says, found resize %3$s and crop %4$s"
                            .formatted(fields.where(), imageSize, resize(), crop()));
        }
        if (shortestEdge() < imageSize) {
            throw new ModelFormatException(
                    "%s: expected the resized picture to hold the crop, found resize %s and crop %s"
                            .formatted(fields.where(), resize(), crop()));
        }
    }

    /** After resizing; unknown, and taken as large, where there is none. */
    private int shortestEdge() {
        return switch (config.resize()) {
            case ShortestEdge edge -> edge.size();
            case Exact exact -> Math.min(exact.height(), exact.width());
            case Patches patches -> Integer.MAX_VALUE;
            case None none -> Integer.MAX_VALUE;
        };
    }

    private static boolean isNumber(JsonFields config, String key) {
        return config.element(key).filter(JsonFields::isNumber).isPresent();
    }

    /** Names of the fields that are not null. */
    private static Set<String> keys(JsonFields fields) {
        return fields.fields().entrySet().stream()
                .filter(field -> !field.getValue().isJsonNull())
                .map(Map.Entry<String, JsonElement>::getKey)
                .collect(Collectors.toSet());
    }
}
