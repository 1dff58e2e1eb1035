package org.clipjava.convert;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.clipjava.io.Shown;
import org.clipjava.io.SizeLimit;
import org.clipjava.safetensors.ModelFormatException;

/**
 * One object of a JSON file, whose fields are read by type. A field that is null counts as absent, as it does in the
 * Python that writes these files.
 */
final class JsonFields {
    /** A tokenizer takes under 4 MB; more than this is no such file and would only fill the heap. */
    private static final SizeLimit LIMIT = SizeLimit.of("a file", 64 << 20, ModelFormatException::new);

    private static final int LONGEST_REASON = 200;

    private final String where;
    private final JsonObject object;

    private JsonFields(String where, JsonObject object) {
        this.where = where;
        this.object = object;
    }

    /** @throws java.nio.file.NoSuchFileException if there is no such file */
    static JsonFields read(Path file) throws IOException {
        return parse(LIMIT.read(file), file.toString());
    }

    /** The objects of a file of one array. */
    static List<JsonFields> readList(Path file) throws IOException {
        return parseList(LIMIT.read(file), file.toString());
    }

    /** @param name what messages call the file */
    static JsonFields parse(byte[] file, String name) throws ModelFormatException {
        JsonElement root = root(file, name, "one JSON object");
        if (!root.isJsonObject()) {
            throw new ModelFormatException(name + ": expected one JSON object, found something else");
        }
        return new JsonFields(name, root.getAsJsonObject());
    }

    /** A file of one array, of objects. */
    static List<JsonFields> parseList(byte[] file, String name) throws ModelFormatException {
        JsonElement root = root(file, name, "one JSON array of objects");
        List<JsonFields> objects = new ArrayList<>();
        for (JsonElement element : root.isJsonArray() ? root.getAsJsonArray() : new JsonArray()) {
            if (element.isJsonObject()) {
                objects.add(new JsonFields(name + ": " + objects.size(), element.getAsJsonObject()));
            }
        }
        if (!root.isJsonArray() || objects.size() != root.getAsJsonArray().size()) {
            throw new ModelFormatException(name + ": expected one JSON array of objects, found something else");
        }
        return objects;
    }

    private static JsonElement root(byte[] file, String name, String expected) throws ModelFormatException {
        try (JsonReader reader = new JsonReader(new StringReader(text(file, name)))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement root = new Gson().getAdapter(JsonElement.class).read(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new ModelFormatException(name + ": expected " + expected + ", found something else");
            }
            return root;
        } catch (ModelFormatException e) {
            throw e;
        } catch (IOException | JsonParseException e) {
            // Nothing but the text's form can fail here. The first line says what and where; gson adds a link on the
            // second, and ends the first with a path of the file's own names, however long.
            String reason = Objects.requireNonNullElse(e.getMessage(), "")
                    .lines()
                    .findFirst()
                    .orElse("");
            throw new ModelFormatException(name + ": expected JSON: " + Shown.text(reason, LONGEST_REASON), e);
        }
    }

    /** An object's fields. */
    static JsonFields of(JsonObject object, String where) {
        return new JsonFields(where, object);
    }

    /** An object without fields. */
    static JsonFields empty(String where) {
        return new JsonFields(where, new JsonObject());
    }

    /** The text of a UTF-8 file of bounded size. */
    static String text(Path file) throws IOException {
        return text(LIMIT.read(file), file.toString());
    }

    private static String text(byte[] file, String name) throws ModelFormatException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(name + ": expected UTF-8, found other bytes", e);
        }
    }

    /** The file, and the path to this object in it. */
    String where() {
        return where;
    }

    boolean has(String key) {
        return element(key).isPresent();
    }

    /** Whether the key is there at all, even with null. */
    boolean mentions(String key) {
        return object.has(key);
    }

    Optional<JsonElement> element(String key) {
        JsonElement element = object.get(key);
        return element == null || element.isJsonNull() ? Optional.empty() : Optional.of(element);
    }

    /** All fields, null ones included. */
    JsonObject fields() {
        return object;
    }

    Optional<JsonFields> object(String key) throws ModelFormatException {
        Optional<JsonElement> element = element(key);
        if (element.isPresent() && !element.get().isJsonObject()) {
            throw expected(key, "an object");
        }
        return element.map(e -> new JsonFields(where + ": " + key, e.getAsJsonObject()));
    }

    Optional<JsonArray> array(String key) throws ModelFormatException {
        Optional<JsonElement> element = element(key);
        if (element.isPresent() && !element.get().isJsonArray()) {
            throw expected(key, "an array");
        }
        return element.map(JsonElement::getAsJsonArray);
    }

    Optional<String> string(String key) throws ModelFormatException {
        Optional<JsonElement> element = element(key);
        if (element.isPresent() && !isString(element.get())) {
            throw expected(key, "a string");
        }
        return element.map(JsonElement::getAsString);
    }

    boolean bool(String key, boolean otherwise) throws ModelFormatException {
        Optional<JsonElement> element = element(key);
        if (element.isEmpty()) {
            return otherwise;
        }
        if (!element.get().isJsonPrimitive()
                || !element.get().getAsJsonPrimitive().isBoolean()) {
            throw expected(key, "true or false");
        }
        return element.get().getAsBoolean();
    }

    int positive(String key, int otherwise) throws ModelFormatException {
        Optional<JsonElement> element = element(key);
        return element.isEmpty() ? otherwise : positive(key, element.get());
    }

    /** A field that must be there. */
    int positive(String key) throws ModelFormatException {
        return positive(key, element(key).orElseThrow(() -> expected(key, "a whole number above zero")));
    }

    /** An element of this object or of an array in it. */
    int positive(String key, JsonElement element) throws ModelFormatException {
        if (isNumber(element)) {
            try {
                // Through BigDecimal, since Python may have written 224 as 224.0.
                int value = new BigDecimal(element.getAsString()).intValueExact();
                if (value > 0) {
                    return value;
                }
            } catch (ArithmeticException | NumberFormatException e) {
                ModelFormatException refusal = expected(key, "a whole number above zero");
                refusal.initCause(e);
                throw refusal;
            }
        }
        throw expected(key, "a whole number above zero");
    }

    float number(String key, float otherwise) throws ModelFormatException {
        Optional<JsonElement> element = element(key);
        return element.isEmpty() ? otherwise : number(key, element.get());
    }

    /** A number as Python reads it. */
    double decimal(String key, double otherwise) throws ModelFormatException {
        Optional<JsonElement> element = element(key);
        if (element.isEmpty()) {
            return otherwise;
        }
        if (!isNumber(element.get())) {
            throw expected(key, "a number");
        }
        return Double.parseDouble(element.get().getAsString());
    }

    /** An element of this object or of an array in it, as the nearest float. */
    float number(String key, JsonElement element) throws ModelFormatException {
        if (!isNumber(element)) {
            throw expected(key, "a number");
        }
        float value = Float.parseFloat(element.getAsString());
        if (!Float.isFinite(value)) {
            throw expected(key, "a number in a float's range");
        }
        return value;
    }

    static boolean isString(JsonElement element) {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
    }

    static boolean isNumber(JsonElement element) {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber();
    }

    ModelFormatException expected(String key, String expected) {
        return new ModelFormatException(
                "%s: %s: expected %s, found %s".formatted(where, Shown.text(key), expected, shown(key)));
    }

    /** The value of a field as messages show it. */
    String shown(String key) {
        if (!object.has(key)) {
            return "nothing";
        }
        return Shown.text(object.get(key).toString());
    }
}
