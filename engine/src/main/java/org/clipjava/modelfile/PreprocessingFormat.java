package org.clipjava.modelfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.image.CropRounding;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.PreprocessorConfig.CentreCrop;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;

/** The keys {@code clip.image.*}, the same in both formats. */
final class PreprocessingFormat {
    private static final double LARGEST_PIXEL = 1e9;

    private static final String RESIZE = "clip.image.resize";
    private static final String CROP = "clip.image.crop";
    private static final String CROP_ROUNDING = "clip.image.crop_rounding";
    private static final String RESAMPLE = "clip.image.resample";
    private static final String MEAN = "clip.image.mean";
    private static final String STD = "clip.image.std";

    private static final String NONE = "none";
    private static final Pattern SHORTEST_EDGE = Pattern.compile("shortest_edge:(\\d{1,9})");
    private static final Pattern EXACT = Pattern.compile("exact:(\\d{1,9})x(\\d{1,9})");
    private static final Pattern PATCHES = Pattern.compile("patches:(\\d{1,9}):(\\d{1,9})");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})x(\\d{1,9})");
    private static final Pattern FLOAT = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    private PreprocessingFormat() {}

    /**
     * Reads all keys.
     *
     * @throws ModelFormatException if one is not understood, or missing; without that of the crop's rounding it is rounded down
     */
    static PreprocessorConfig parse(MetadataReader values) throws ModelFormatException {
        PreprocessorConfig config = PreprocessorConfig.of(
                resize(values),
                crop(values),
                values.oneOf(RESAMPLE, Resampling.values(), PreprocessingFormat::spelled),
                floats(values, MEAN, false),
                floats(values, STD, true));
        return values.optional(CROP_ROUNDING).isPresent()
                ? config.withCropRounding(
                        values.oneOf(CROP_ROUNDING, CropRounding.values(), PreprocessingFormat::spelled))
                : config;
    }

    private static String spelled(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if what comes out is not of the tower's size, whatever picture goes in */
    static void checkGives(PreprocessorConfig preprocessing, VisionConfig vision) {
        if (vision.anyShape()) {
            checkGivesPatches(preprocessing, vision.patchSize());
        } else {
            checkGivesSquares(preprocessing, vision.imageSize());
        }
        checkRange(preprocessing.mean(), preprocessing.std());
    }

    private static void checkGivesPatches(PreprocessorConfig preprocessing, int side) {
        boolean fits = preprocessing.crop().isEmpty()
                && preprocessing.resize() instanceof Resize.Patches patches
                && patches.side() == side
                && patches.most() <= ImageEncoder.MAX_PATCHES;
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s: expected patches:%d:MOST of 1 to %d, as clip.vision.any_shape and patch_size say, found resize %s and crop %s"
                            .formatted(
                                    RESIZE,
                                    side,
                                    ImageEncoder.MAX_PATCHES,
                                    spelled(preprocessing.resize()),
                                    spelled(preprocessing.crop())));
        }
    }

    private static void checkGivesSquares(PreprocessorConfig preprocessing, int side) {
        boolean fits = preprocessing
                .crop()
                .map(crop -> crop.height() == side && crop.width() == side)
                .orElseGet(() -> preprocessing.resize().equals(new Resize.Exact(side, side)));
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s: expected pictures of %d x %d as clip.vision.image_size says, found resize %s and crop %s"
                            .formatted(
                                    CROP, side, side, spelled(preprocessing.resize()), spelled(preprocessing.crop())));
        }
    }

    /** Beyond this, what the first layers make of a picture would be infinite, and no picture have an embedding. */
    private static void checkRange(List<Float> mean, List<Float> std) {
        for (int channel = 0; channel < mean.size(); channel++) {
            double darkest = -mean.get(channel) / (double) std.get(channel);
            double brightest = (1 - mean.get(channel)) / (double) std.get(channel);
            if (Math.max(Math.abs(darkest), Math.abs(brightest)) > LARGEST_PIXEL) {
                throw new IllegalArgumentException(
                        "%s: expected normalised pixels of at most %s, found mean %s and std %s"
                                .formatted(STD, LARGEST_PIXEL, mean.get(channel), std.get(channel)));
            }
        }
    }

    /** Adds the five keys, in the order of the specification. */
    static void write(PreprocessorConfig preprocessing, Map<String, String> metadata) {
        metadata.put(RESIZE, spelled(preprocessing.resize()));
        metadata.put(CROP, spelled(preprocessing.crop()));
        if (preprocessing.crop().isPresent() && preprocessing.cropRounding() != CropRounding.FLOOR) {
            metadata.put(CROP_ROUNDING, spelled(preprocessing.cropRounding()));
        }
        metadata.put(RESAMPLE, spelled(preprocessing.resampling()));
        metadata.put(MEAN, join(preprocessing.mean()));
        metadata.put(STD, join(preprocessing.std()));
    }

    private static String spelled(Resize resize) {
        return switch (resize) {
            case Resize.ShortestEdge edge -> "shortest_edge:" + edge.size();
            case Resize.Exact exact -> "exact:" + exact.height() + "x" + exact.width();
            case Resize.Patches patches -> "patches:" + patches.side() + ":" + patches.most();
            case Resize.None none -> NONE;
        };
    }

    private static String spelled(Optional<CentreCrop> crop) {
        return crop.map(size -> size.height() + "x" + size.width()).orElse(NONE);
    }

    private static String join(List<Float> values) {
        StringJoiner joined = new StringJoiner(",");
        values.forEach(value -> joined.add(Float.toString(value)));
        return joined.toString();
    }

    private static Resize resize(MetadataReader values) throws ModelFormatException {
        String value = values.string(RESIZE);
        Matcher shortestEdge = SHORTEST_EDGE.matcher(value);
        Matcher exact = EXACT.matcher(value);
        Matcher patches = PATCHES.matcher(value);
        try {
            if (shortestEdge.matches()) {
                return new Resize.ShortestEdge(Integer.parseInt(shortestEdge.group(1)));
            }
            if (exact.matches()) {
                return new Resize.Exact(Integer.parseInt(exact.group(1)), Integer.parseInt(exact.group(2)));
            }
            if (patches.matches()) {
                return new Resize.Patches(Integer.parseInt(patches.group(1)), Integer.parseInt(patches.group(2)));
            }
        } catch (IllegalArgumentException e) {
            throw values.invalid(new IllegalArgumentException(RESIZE + ": " + e.getMessage(), e));
        }
        if (value.equals(NONE)) {
            return new Resize.None();
        }
        throw values.malformed(RESIZE, "shortest_edge:SIZE, exact:HEIGHTxWIDTH, patches:SIDE:MOST or none", value);
    }

    private static Optional<CentreCrop> crop(MetadataReader values) throws ModelFormatException {
        String value = values.string(CROP);
        if (value.equals(NONE)) {
            return Optional.empty();
        }
        Matcher size = SIZE.matcher(value);
        if (!size.matches()) {
            throw values.malformed(CROP, "HEIGHTxWIDTH or none", value);
        }
        try {
            return Optional.of(new CentreCrop(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))));
        } catch (IllegalArgumentException e) {
            throw values.invalid(new IllegalArgumentException(CROP + ": " + e.getMessage(), e));
        }
    }

    private static List<Float> floats(MetadataReader values, String key, boolean positive) throws ModelFormatException {
        String value = values.string(key);
        List<Float> floats = new ArrayList<>();
        for (String part : value.split(",", 4)) {
            float number = FLOAT.matcher(part).matches() ? Float.parseFloat(part) : Float.NaN;
            if (!Float.isFinite(number) || (positive && number <= 0)) {
                break;
            }
            floats.add(number);
        }
        if (floats.size() != 3 || value.chars().filter(c -> c == ',').count() != 2) {
            throw values.malformed(key, positive ? "three numbers above 0" : "three numbers", value);
        }
        return floats;
    }
}
