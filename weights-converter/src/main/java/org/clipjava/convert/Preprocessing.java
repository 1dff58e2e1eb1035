package org.clipjava.convert;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.convert.ConversionOptions.Resize;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;

/**
 * How a picture becomes the model's input, in the model file's spelling.
 *
 * @param resize {@code shortest_edge:224}, {@code exact:224x224} or {@code none}
 * @param crop {@code 224x224} or {@code none}
 * @param resample {@code bicubic} or {@code bilinear}
 * @param mean of each channel, for x/255
 * @param std of each channel, for x/255
 */
record Preprocessing(String resize, String crop, String resample, List<Float> mean, List<Float> std) {
    /** The processors that work as CLIP's does; others read the same fields differently. */
    private static final Set<String> PROCESSORS =
            Set.of("CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPFeatureExtractor");

    private record Size(int height, int width) {
        @Override
        public String toString() {
            return height + "x" + width;
        }
    }

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
                options.resample().orElse(Resampling.BICUBIC),
                options.mean().orElse(ConversionOptions.CLIP_MEAN),
                options.std().orElse(ConversionOptions.CLIP_STD));
    }

    /** Refuses options that say something else. */
    void confirm(ConversionOptions options, Answers answers) throws ConversionOptionException {
        String manner = resize.substring(0, resize.contains(":") ? resize.indexOf(':') : resize.length());
        answers.confirm(
                Property.RESIZE,
                manner.replace("shortest_edge", "shortest").replace("exact", "squash"),
                options.resize().map(value -> value.name().toLowerCase(Locale.ROOT)));
        answers.confirm(
                Property.RESAMPLE,
                resample,
                options.resample().map(value -> value.name().toLowerCase(Locale.ROOT)));
        answers.confirm(Property.MEAN, mean, options.mean());
        answers.confirm(Property.STD, std, options.std());
    }

    static Preprocessing of(int imageSize, Resize resize, Resampling resample, List<Float> mean, List<Float> std) {
        String square = new Size(imageSize, imageSize).toString();
        return new Preprocessing(
                resize == Resize.SQUASH ? "exact:" + square : "shortest_edge:" + imageSize,
                resize == Resize.SQUASH ? "none" : square,
                resample.name().toLowerCase(Locale.ROOT),
                mean,
                std);
    }

    /** @param config an image processor's fields, as in {@code preprocessor_config.json} */
    static Preprocessing of(JsonFields config, int imageSize) throws ModelFormatException {
        for (String key : List.of("image_processor_type", "feature_extractor_type")) {
            String type = config.string(key).orElse("CLIPImageProcessor");
            if (!PROCESSORS.contains(type)) {
                throw config.expected(key, "CLIP's (CLIPImageProcessor)");
            }
        }
        if (!config.bool("do_rescale", true)) {
            throw config.expected("do_rescale", "true");
        }
        float factor = config.number("rescale_factor", 1 / 255f);
        if (Math.abs(factor * 255 - 1) > 1e-5f) {
            throw config.expected("rescale_factor", "1/255");
        }
        boolean normalize = config.bool("do_normalize", true);
        Preprocessing clip = ofClip(imageSize);
        Preprocessing preprocessing = new Preprocessing(
                config.bool("do_resize", true) ? resize(config, clip) : "none",
                config.bool("do_center_crop", true) ? crop(config, clip) : "none",
                resample(config),
                normalize ? channels(config, "image_mean", ConversionOptions.CLIP_MEAN) : List.of(0f, 0f, 0f),
                normalize ? channels(config, "image_std", ConversionOptions.CLIP_STD) : List.of(1f, 1f, 1f));
        if (preprocessing.std.stream().anyMatch(std -> !(std > 0))) {
            throw config.expected("image_std", "numbers above zero");
        }
        preprocessing.checkGivesModelsInput(config, imageSize);
        return preprocessing;
    }

    private static String resize(JsonFields config, Preprocessing clip) throws ModelFormatException {
        if (!config.has("size")) {
            return clip.resize;
        }
        if (isNumber(config, "size")) {
            return "shortest_edge:" + config.positive("size");
        }
        JsonFields size = config.object("size").orElseThrow();
        Set<String> keys = keys(size);
        if (keys.equals(Set.of("shortest_edge"))) {
            return "shortest_edge:" + size.positive("shortest_edge");
        }
        if (keys.equals(Set.of("height", "width"))) {
            return "exact:" + new Size(size.positive("height"), size.positive("width"));
        }
        throw config.expected("size", "a number, {shortest_edge} or {height, width}");
    }

    private static String crop(JsonFields config, Preprocessing clip) throws ModelFormatException {
        if (!config.has("crop_size")) {
            return clip.crop;
        }
        if (isNumber(config, "crop_size")) {
            int side = config.positive("crop_size");
            return new Size(side, side).toString();
        }
        JsonFields size = config.object("crop_size").orElseThrow();
        if (keys(size).equals(Set.of("height", "width"))) {
            return new Size(size.positive("height"), size.positive("width")).toString();
        }
        throw config.expected("crop_size", "a number or {height, width}");
    }

    /** Pillow's numbers. */
    private static String resample(JsonFields config) throws ModelFormatException {
        return switch (config.shown("resample")) {
            case "3", "nothing", "null" -> "bicubic";
            case "2" -> "bilinear";
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
    private void checkGivesModelsInput(JsonFields config, int imageSize) throws ModelFormatException {
        String wanted = imageSize + "x" + imageSize;
        String result = crop.equals("none") ? resize.replace("exact:", "") : crop;
        if (!result.equals(wanted)) {
            throw new ModelFormatException(
                    "%s: expected pictures of %s as config.json's image_size says, found resize %s and crop %s"
                            .formatted(config.where(), wanted, resize, crop));
        }
        if (shortestEdge() < imageSize) {
            throw new ModelFormatException(
                    "%s: expected the resized picture to hold the crop, found resize %s and crop %s"
                            .formatted(config.where(), resize, crop));
        }
    }

    /** After resizing; unknown, and taken as large, where there is none. */
    private int shortestEdge() {
        if (resize.equals("none")) {
            return Integer.MAX_VALUE;
        }
        return Arrays.stream(resize.substring(resize.indexOf(':') + 1).split("x", -1))
                .mapToInt(Integer::parseInt)
                .min()
                .orElseThrow();
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
