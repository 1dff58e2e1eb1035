package org.clipjava.cli.verify;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.Resampling;

/** The numbers that come with the program: {@code published.json}, each with its source. */
public final class PublishedNumbers {
    private static final String RESOURCE = "published.json";

    private final List<Published> models;
    private final List<Published.Tokens> clipTokens;

    private PublishedNumbers(JsonObject json) {
        models = list(json, "models", PublishedNumbers::published);
        clipTokens = list(json, "clip_tokens", PublishedNumbers::tokens);
    }

    /** Those that come with the program. */
    public static PublishedNumbers own() {
        try (InputStream in = PublishedNumbers.class.getResourceAsStream(RESOURCE);
                Reader reader = new InputStreamReader(Optional.ofNullable(in).orElseThrow(), StandardCharsets.UTF_8)) {
            return new PublishedNumbers(JsonParser.parseReader(reader).getAsJsonObject());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All models of which anything is known. */
    public List<Published> models() {
        return models;
    }

    /** What is known of the checkpoint with this hub id. */
    public Optional<Published> of(String model) {
        return models.stream()
                .filter(published -> published.models().contains(model))
                .findFirst();
    }

    /** What every model with CLIP's vocabulary of 49,408 tokens makes of some texts. */
    public List<Published.Tokens> clipTokens() {
        return clipTokens;
    }

    private static Published published(JsonObject json) {
        return new Published(
                strings(json, "models"),
                json.has("parameters") ? OptionalLong.of(json.get("parameters").getAsLong()) : OptionalLong.empty(),
                json.has("preprocessing") ? Optional.of(preprocessing(json)) : Optional.empty(),
                list(json, "tokens", PublishedNumbers::tokens),
                list(
                        json,
                        "pixels",
                        entry -> new Published.ConstantPixels(
                                doubles(entry, "values"),
                                strings(entry, "texts"),
                                entry.getAsJsonArray("logits").asList().stream()
                                        .map(row -> doubles(row.getAsJsonArray()))
                                        .toList(),
                                entry.get("tolerance").getAsDouble())),
                list(
                        json,
                        "texts",
                        entry -> new Published.TextValues(
                                entry.get("text").getAsString(),
                                entry.get("normalised").getAsBoolean(),
                                doubles(entry, "components"),
                                entry.get("tolerance").getAsDouble())),
                list(
                        json,
                        "ranges",
                        entry -> new Published.TextRange(
                                strings(entry, "texts"),
                                entry.get("least").getAsDouble(),
                                entry.get("greatest").getAsDouble(),
                                entry.get("tolerance").getAsDouble())),
                list(
                        json,
                        "pictures",
                        entry -> new Published.Picture(
                                entry.get("name").getAsString(),
                                strings(entry, "texts"),
                                entry.has("probabilities"),
                                doubles(entry, entry.has("probabilities") ? "probabilities" : "logits"),
                                entry.get("tolerance").getAsDouble())));
    }

    private static PreprocessorConfig preprocessing(JsonObject json) {
        JsonObject fields = json.getAsJsonObject("preprocessing");
        if (fields.has("exact")) {
            int side = fields.get("exact").getAsInt();
            return PreprocessorConfig.of(
                    new PreprocessorConfig.Resize.Exact(side, side),
                    Optional.empty(),
                    Resampling.valueOf(fields.get("resample").getAsString().toUpperCase(Locale.ROOT)),
                    floats(fields, "mean"),
                    floats(fields, "std"));
        }
        int size = fields.get("shortest_edge").getAsInt();
        return PreprocessorConfig.of(
                new PreprocessorConfig.Resize.ShortestEdge(size),
                Optional.of(new PreprocessorConfig.CentreCrop(size, size)),
                Resampling.valueOf(fields.get("resample").getAsString().toUpperCase(Locale.ROOT)),
                floats(fields, "mean"),
                floats(fields, "std"));
    }

    private static List<Float> floats(JsonObject json, String name) {
        return json.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsFloat)
                .toList();
    }

    private static Published.Tokens tokens(JsonObject json) {
        return new Published.Tokens(
                json.get("text").getAsString(),
                json.getAsJsonArray("ids").asList().stream()
                        .map(JsonElement::getAsInt)
                        .toList());
    }

    private static <T> List<T> list(JsonObject json, String name, Function<JsonObject, T> read) {
        return json.has(name)
                ? json.getAsJsonArray(name).asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .map(read)
                        .toList()
                : List.of();
    }

    private static List<String> strings(JsonObject json, String name) {
        return json.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    private static List<Double> doubles(JsonObject json, String name) {
        return doubles(json.getAsJsonArray(name));
    }

    private static List<Double> doubles(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsDouble).toList();
    }
}
