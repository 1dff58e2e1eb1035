package org.clipjava.weights;

import java.util.Map;
import org.clipjava.safetensors.ModelFormatException;

/** A model file's metadata, read by key; what is missing or malformed is named with its file. */
record Metadata(Map<String, String> values, String file) {

    String string(String key) throws ModelFormatException {
        String value = values.get(key);
        if (value == null) {
            throw new ModelFormatException(file + ": metadata has no " + key
                    + "; expected a model file made by 'clip convert', this is another safetensors file");
        }
        return value;
    }

    void require(String key, String expected) throws ModelFormatException {
        String found = string(key);
        if (!found.equals(expected)) {
            throw malformed(key, expected, found);
        }
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

    ModelFormatException malformed(String key, String expected, String found) {
        return new ModelFormatException(
                file + ": metadata " + key + ": expected " + expected + ", found '" + found + "'");
    }
}
