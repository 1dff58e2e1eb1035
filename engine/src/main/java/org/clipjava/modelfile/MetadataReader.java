package org.clipjava.modelfile;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clipjava.safetensors.ModelFormatException;

/** A model file's metadata, read by key; what is missing or malformed is named with its file. Remembers what was asked for. */
final class MetadataReader {
    private final Map<String, String> values;
    private final String file;
    private final Set<String> read = new HashSet<>();

    MetadataReader(Map<String, String> values, String file) {
        this.values = values;
        this.file = file;
    }

    String string(String key) throws ModelFormatException {
        String value = optional(key).orElse(null);
        if (value == null) {
            throw new ModelFormatException(file + ": metadata has no " + key
                    + "; expected a model file made by 'clip convert', this is another safetensors file");
        }
        return value;
    }

    Optional<String> optional(String key) {
        read.add(key);
        return Optional.ofNullable(values.get(key));
    }

    int integer(String key) throws ModelFormatException {
        String value = string(key);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw malformed(key, "an integer", value);
        }
    }

    float decimal(String key) throws ModelFormatException {
        String value = string(key);
        try {
            return Float.parseFloat(value);
        } catch (NumberFormatException e) {
            throw malformed(key, "a number", value);
        }
    }

    boolean bool(String key) throws ModelFormatException {
        String value = string(key);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw malformed(key, "true or false", value);
        };
    }

    /** One of a closed set of values, by its spelling. */
    <T> T oneOf(String key, List<T> choices, Function<T, String> spelling) throws ModelFormatException {
        String value = string(key);
        for (T choice : choices) {
            if (spelling.apply(choice).equals(value)) {
                return choice;
            }
        }
        String expected = choices.stream().map(spelling).collect(Collectors.joining(" or "));
        throw malformed(key, expected, value);
    }

    <E extends Enum<E>> E oneOf(String key, E[] choices, Function<E, String> spelling) throws ModelFormatException {
        return oneOf(key, Arrays.asList(choices), spelling);
    }

    /** A key that nobody asked for describes a part that this reader does not know, and would leave out. */
    void refuseUnread(String prefix, String exempt) throws ModelFormatException {
        for (String key : values.keySet()) {
            if (key.startsWith(prefix) && !key.startsWith(exempt) && !read.contains(key)) {
                throw new ModelFormatException(file + ": metadata " + key
                        + ": unknown to this version; use the version that wrote the file, or a newer one");
            }
        }
    }

    ModelFormatException malformed(String key, String expected, String found) {
        return new ModelFormatException(
                file + ": metadata " + key + ": expected " + expected + ", found '" + found + "'");
    }

    /** What a check of values found, as an error of the file. */
    ModelFormatException invalid(IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        return new ModelFormatException(
                file + ": metadata" + (message.startsWith("clip.") ? " " : ": ") + message
                        + "; convert the checkpoint again",
                e);
    }
}
