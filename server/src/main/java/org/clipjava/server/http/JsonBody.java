package org.clipjava.server.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.io.Shown;

/** A request's JSON object, read strictly and within bounds; what is not as it should be is a 400 that names the member. */
public final class JsonBody {
    private static final int DEEPEST = 32;

    /** Values of whatever kind: so many take some 30 MB, whatever they are. */
    private static final int MOST_VALUES = 200_000;

    private static final int LONGEST_NUMBER = 64;

    private final JsonObject object;
    private final String path;

    private JsonBody(JsonObject object, String path) {
        this.object = object;
        this.path = path;
    }

    /** Reads a body that is one JSON object. */
    public static JsonBody parse(byte[] body) {
        return new JsonBody(object("the body", element(body)), "");
    }

    /** An object within one, whose members' names are told behind this path. */
    public static JsonBody within(String path, JsonElement element) {
        return new JsonBody(object(path, element), path + ".");
    }

    /** Reads one JSON value. */
    private static JsonElement element(byte[] body) {
        try (JsonReader reader = new JsonReader(new StringReader(utf8(body)))) {
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(DEEPEST);
            JsonElement element = new Parse(reader).value();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw notJson("there is more behind its end");
            }
            return element;
        } catch (MalformedJsonException | EOFException e) {
            throw notJson(firstLine(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // from memory, where nothing fails
        } catch (IllegalStateException | NumberFormatException e) {
            throw notJson(firstLine(e));
        }
    }

    private static String firstLine(Exception e) {
        return Shown.message(
                String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip());
    }

    private static ApiException notJson(String why) {
        return ApiException.of(400, "invalid_json", "the body: expected a JSON object, found what is none: " + why);
    }

    private static String utf8(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw notJson("it is not UTF-8");
        }
    }

    /** Makes a tree of what is read; unlike Gson's own it counts. */
    private static final class Parse {
        private final JsonReader reader;
        private int values;

        Parse(JsonReader reader) {
            this.reader = reader;
        }

        JsonElement value() throws IOException {
            if (++values > MOST_VALUES) {
                throw ApiException.tooLarge("the body: expected at most " + MOST_VALUES
                        + " JSON values, found more; send several smaller requests");
            }
            return switch (reader.peek()) {
                case BEGIN_OBJECT -> object();
                case BEGIN_ARRAY -> array();
                case STRING -> new JsonPrimitive(reader.nextString());
                case NUMBER -> number();
                case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
                case NULL -> {
                    reader.nextNull();
                    yield JsonNull.INSTANCE;
                }
                case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT ->
                    throw new MalformedJsonException("expected a value at " + reader.getPath());
            };
        }

        private JsonPrimitive number() throws IOException {
            String digits = reader.nextString();
            if (digits.length() > LONGEST_NUMBER) {
                throw new MalformedJsonException("a number of " + digits.length() + " digits at " + reader.getPath());
            }
            return new JsonPrimitive(new BigDecimal(digits));
        }

        private JsonObject object() throws IOException {
            JsonObject made = new JsonObject();
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (made.has(name)) {
                    throw new MalformedJsonException("the member " + Shown.quoted(name) + " is there twice");
                }
                made.add(name, value());
            }
            reader.endObject();
            return made;
        }

        private JsonArray array() throws IOException {
            JsonArray made = new JsonArray();
            reader.beginArray();
            while (reader.hasNext()) {
                made.add(value());
            }
            reader.endArray();
            return made;
        }
    }

    private static JsonObject object(String name, JsonElement element) {
        if (!element.isJsonObject()) {
            throw ApiException.invalid(name, name + ": expected an object, found " + kind(element));
        }
        return element.getAsJsonObject();
    }

    /** A member as it is; empty if it is not there or null. */
    public Optional<JsonElement> get(String name) {
        return Optional.ofNullable(object.get(name)).filter(element -> !element.isJsonNull());
    }

    /** A member that has to be there. */
    public JsonElement need(String name) {
        return get(name)
                .orElseThrow(
                        () -> ApiException.invalid(path + name, path + name + ": expected a value, found nothing"));
    }

    /** Whether there is a member of this name that is not null. */
    public boolean has(String name) {
        return get(name).isPresent();
    }

    /** The members' names. */
    public List<String> names() {
        return List.copyOf(object.keySet());
    }

    /** A member that is an object. */
    public Optional<JsonBody> object(String name) {
        return get(name).map(element -> within(path + name, element));
    }

    public Optional<String> string(String name) {
        return get(name).map(element -> string(path + name, element));
    }

    /** A value that has to be a string. */
    public static String string(String name, JsonElement element) {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            throw ApiException.invalid(name, name + ": expected a string, found " + kind(element));
        }
        return element.getAsString();
    }

    /** A member that has to be one of these strings. */
    public String oneOf(String name, String otherwise, List<String> allowed) {
        String value = string(name).orElse(otherwise);
        if (!allowed.contains(value)) {
            throw ApiException.invalid(
                    path + name,
                    path + name + ": expected " + String.join(" or ", allowed) + ", found " + Shown.quoted(value));
        }
        return value;
    }

    public boolean bool(String name, boolean otherwise) {
        Optional<JsonElement> element = get(name);
        if (element.isEmpty()) {
            return otherwise;
        }
        if (!element.get().isJsonPrimitive()
                || !element.get().getAsJsonPrimitive().isBoolean()) {
            throw ApiException.invalid(
                    path + name, path + name + ": expected true or false, found " + kind(element.get()));
        }
        return element.get().getAsBoolean();
    }

    /** A member that is a whole number within bounds. */
    public Optional<Integer> integer(String name, int least, int most) {
        return get(name).map(element -> {
            if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
                BigDecimal number = element.getAsBigDecimal();
                if (number.compareTo(BigDecimal.valueOf(least)) >= 0
                        && number.compareTo(BigDecimal.valueOf(most)) <= 0
                        && number.stripTrailingZeros().scale() <= 0) {
                    return number.intValueExact();
                }
            }
            throw ApiException.invalid(
                    path + name,
                    path + name + ": expected a whole number, " + least + " to " + most + ", found "
                            + (element.isJsonPrimitive() ? Shown.text(element.toString()) : kind(element)));
        });
    }

    /** A member that is a number within bounds. */
    public Optional<Double> number(String name, double least, double most) {
        return get(name).map(element -> {
            if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
                double number = element.getAsDouble();
                if (number >= least && number <= most) {
                    return number;
                }
            }
            throw ApiException.invalid(
                    path + name,
                    path + name + ": expected a number, " + least + " to " + most + ", found "
                            + (element.isJsonPrimitive() ? Shown.text(element.toString()) : kind(element)));
        });
    }

    /** A member that is a string, or an array of at least one. */
    public Optional<List<String>> strings(String name) {
        return get(name).map(element -> {
            if (!element.isJsonArray()) {
                return List.of(string(path + name, element));
            }
            List<String> strings = new ArrayList<>();
            JsonArray array = nonEmpty(path + name, element);
            for (int i = 0; i < array.size(); i++) {
                strings.add(string(path + name + "[" + i + "]", array.get(i)));
            }
            return strings;
        });
    }

    /** An array of at least one value. */
    public static JsonArray nonEmpty(String name, JsonElement element) {
        if (!element.isJsonArray()) {
            throw ApiException.invalid(name, name + ": expected an array, found " + kind(element));
        }
        if (element.getAsJsonArray().isEmpty()) {
            throw ApiException.invalid(name, name + ": expected at least one, found an empty array");
        }
        return element.getAsJsonArray();
    }

    /** What a value is, for messages. */
    public static String kind(JsonElement element) {
        if (element.isJsonNull()) {
            return "null";
        }
        if (element.isJsonArray()) {
            return "an array";
        }
        if (element.isJsonObject()) {
            return "an object";
        }
        return element.getAsJsonPrimitive().isString()
                ? "a string"
                : element.getAsJsonPrimitive().isBoolean() ? "true or false" : "a number";
    }
}
