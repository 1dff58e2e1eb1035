package org.clipjava.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.safetensors.ModelFormatException;

/**
 * How a picture becomes what the image tower reads: resize, crop, normalise. The keys {@code clip.image.*} of a model
 * file's metadata. Immutable and thread-safe.
 *
 * @param resize what happens first
 * @param crop what is cut out of the middle afterwards; empty: nothing is
 * @param resample the filter of the resize
 * @param mean of red, green and blue, for x / 255
 * @param std standard deviation of red, green and blue, for x / 255; above 0
 */
public record PreprocessorConfig(
        Resize resize, Optional<CentreCrop> crop, Resampling resample, List<Float> mean, List<Float> std) {

    private static final String RESIZE = "clip.image.resize";
    private static final String CROP = "clip.image.crop";
    private static final String RESAMPLE = "clip.image.resample";
    private static final String MEAN = "clip.image.mean";
    private static final String STD = "clip.image.std";

    private static final Pattern SHORTEST_EDGE = Pattern.compile("shortest_edge:(\\d{1,9})");
    private static final Pattern EXACT = Pattern.compile("exact:(\\d{1,9})x(\\d{1,9})");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})x(\\d{1,9})");
    private static final Pattern FLOAT = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    /** How the picture's size changes. */
    public sealed interface Resize {
        /** The short side becomes {@code size} pixels, the long side {@code floor(size · long / short)}. */
        record ShortestEdge(int size) implements Resize {
            public ShortestEdge {
                checkSize(size, size);
            }
        }

        /** Squashed to exactly this size, whatever the aspect ratio. */
        record Exact(int height, int width) implements Resize {
            public Exact {
                checkSize(height, width);
            }
        }

        /** Left as it is. */
        record None() implements Resize {}
    }

    /**
     * Cut out of the middle; where the picture is smaller, the crop is filled up with black (zeros before
     * normalisation).
     */
    public record CentreCrop(int height, int width) {
        public CentreCrop {
            checkSize(height, width);
        }
    }

    public PreprocessorConfig {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || std.size() != 3) {
            throw new IllegalArgumentException(
                    "expected 3 means and 3 deviations, found " + mean.size() + " and " + std.size());
        }
        for (int i = 0; i < 3; i++) {
            if (!Float.isFinite(mean.get(i)) || !Float.isFinite(std.get(i)) || std.get(i) <= 0) {
                throw new IllegalArgumentException(
                        "expected finite means and positive deviations, found " + mean + " and " + std);
            }
        }
    }

    private static void checkSize(int height, int width) {
        if (height < 1 || width < 1 || (long) height * width > ImageDecoder.MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "expected a size of 1 to " + ImageDecoder.MAX_PIXELS + " pixels, found " + height + "x" + width);
        }
    }

    /** What OpenAI's CLIP does: shortest edge to {@code size}, bicubic, centre crop, OpenAI's means and deviations. */
    @SuppressWarnings("FloatingPointLiteralPrecision") // as published
    public static PreprocessorConfig clip(int size) {
        return new PreprocessorConfig(
                new Resize.ShortestEdge(size),
                Optional.of(new CentreCrop(size, size)),
                Resampling.BICUBIC,
                List.of(0.48145466f, 0.4578275f, 0.40821073f),
                List.of(0.26862954f, 0.26130258f, 0.27577711f));
    }

    /**
     * Reads the keys {@code clip.image.*}; all five must be there.
     *
     * @param metadata of a model file
     * @param fileName what messages call it
     * @throws ModelFormatException if a key is missing or its value is not understood
     */
    public static PreprocessorConfig parse(Map<String, String> metadata, String fileName) throws ModelFormatException {
        Parser parser = new Parser(metadata, fileName);
        return new PreprocessorConfig(
                parser.resize(),
                parser.crop(),
                parser.resample(),
                parser.floats(MEAN, false),
                parser.floats(STD, true));
    }

    /** The keys {@code clip.image.*} that {@link #parse} reads, in the order of the specification. */
    public Map<String, String> toMetadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(
                RESIZE,
                switch (resize) {
                    case Resize.ShortestEdge edge -> "shortest_edge:" + edge.size;
                    case Resize.Exact exact -> "exact:" + exact.height + "x" + exact.width;
                    case Resize.None none -> "none";
                });
        metadata.put(CROP, crop.map(c -> c.height + "x" + c.width).orElse("none"));
        metadata.put(
                RESAMPLE,
                switch (resample) {
                    case BICUBIC -> "bicubic";
                    case BILINEAR -> "bilinear";
                });
        metadata.put(MEAN, join(mean));
        metadata.put(STD, join(std));
        return metadata;
    }

    private static String join(List<Float> values) {
        StringJoiner joined = new StringJoiner(",");
        values.forEach(value -> joined.add(Float.toString(value)));
        return joined.toString();
    }

    private record Parser(Map<String, String> metadata, String fileName) {

        Resize resize() throws ModelFormatException {
            String value = value(RESIZE);
            Matcher shortestEdge = SHORTEST_EDGE.matcher(value);
            Matcher exact = EXACT.matcher(value);
            try {
                if (shortestEdge.matches()) {
                    return new Resize.ShortestEdge(Integer.parseInt(shortestEdge.group(1)));
                }
                if (exact.matches()) {
                    return new Resize.Exact(Integer.parseInt(exact.group(1)), Integer.parseInt(exact.group(2)));
                }
            } catch (IllegalArgumentException e) {
                throw new ModelFormatException(fileName + ": " + RESIZE + ": " + e.getMessage(), e);
            }
            if (value.equals("none")) {
                return new Resize.None();
            }
            throw unexpected(RESIZE, "shortest_edge:SIZE, exact:HEIGHTxWIDTH or none", value);
        }

        Optional<CentreCrop> crop() throws ModelFormatException {
            String value = value(CROP);
            if (value.equals("none")) {
                return Optional.empty();
            }
            Matcher size = SIZE.matcher(value);
            if (!size.matches()) {
                throw unexpected(CROP, "HEIGHTxWIDTH or none", value);
            }
            try {
                return Optional.of(new CentreCrop(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))));
            } catch (IllegalArgumentException e) {
                throw new ModelFormatException(fileName + ": " + CROP + ": " + e.getMessage(), e);
            }
        }

        Resampling resample() throws ModelFormatException {
            String value = value(RESAMPLE);
            return switch (value) {
                case "bicubic" -> Resampling.BICUBIC;
                case "bilinear" -> Resampling.BILINEAR;
                default -> throw unexpected(RESAMPLE, "bicubic or bilinear", value);
            };
        }

        List<Float> floats(String key, boolean positive) throws ModelFormatException {
            String value = value(key);
            List<Float> floats = new ArrayList<>();
            for (String part : value.split(",", 4)) {
                float number = FLOAT.matcher(part).matches() ? Float.parseFloat(part) : Float.NaN;
                if (!Float.isFinite(number) || (positive && number <= 0)) {
                    break;
                }
                floats.add(number);
            }
            if (floats.size() != 3 || value.chars().filter(c -> c == ',').count() != 2) {
                throw unexpected(key, positive ? "three numbers above 0" : "three numbers", value);
            }
            return floats;
        }

        private String value(String key) throws ModelFormatException {
            String value = metadata.get(key);
            if (value == null) {
                throw new ModelFormatException(fileName + ": metadata: expected the key " + key
                        + ", found none; convert the checkpoint again");
            }
            return value;
        }

        private ModelFormatException unexpected(String key, String expected, String found) {
            String shown = found.length() > 80 ? found.substring(0, 80) + "…" : found;
            return new ModelFormatException(fileName + ": " + key + ": expected " + expected + ", found '"
                    + shown.replaceAll("\\p{Cntrl}", "?") + "'");
        }
    }
}
