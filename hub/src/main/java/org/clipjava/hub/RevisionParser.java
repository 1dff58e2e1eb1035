package org.clipjava.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.clipjava.io.Shown;

/** Reads the hub's answer to {@code /api/models/REPO/revision/REVISION?blobs=true}. */
final class RevisionParser {
    private RevisionParser() {}

    /** @throws IllegalArgumentException if it makes no sense, or names files that it may not */
    static Revision parse(RepoId repo, byte[] json) {
        JsonObject answer = object(json);
        SequencedMap<String, Optional<RepoFile>> files = new LinkedHashMap<>();
        if (!(answer.get("siblings") instanceof JsonArray siblings)) {
            throw new IllegalArgumentException("expected a list of files under 'siblings', found none");
        }
        for (JsonElement element : siblings) {
            if (!(element instanceof JsonObject sibling)) {
                throw new IllegalArgumentException(
                        "expected a file in 'siblings', found " + Shown.text(element.toString()));
            }
            String path = text(sibling, "rfilename")
                    .orElseThrow(
                            () -> new IllegalArgumentException("expected a file's name under 'rfilename', found none"));
            files.put(path, file(path, sibling));
        }
        return new Revision(
                repo,
                text(answer, "sha")
                        .orElseThrow(() -> new IllegalArgumentException("expected a commit under 'sha', found none")),
                files);
    }

    /** @throws IllegalArgumentException if it is no object in JSON */
    static JsonObject object(byte[] json) {
        try {
            if (JsonParser.parseString(new String(json, StandardCharsets.UTF_8)) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException | StackOverflowError | NumberFormatException e) {
            throw new IllegalArgumentException("expected JSON, found something else", e);
        }
        throw new IllegalArgumentException("expected an object in JSON, found something else");
    }

    /** A string field. */
    static Optional<String> text(JsonObject object, String name) {
        return object.has(name)
                        && object.get(name).isJsonPrimitive()
                        && object.getAsJsonPrimitive(name).isString()
                ? Optional.of(object.get(name).getAsString())
                : Optional.empty();
    }

    private static Optional<RepoFile> file(String path, JsonObject sibling) {
        if (sibling.get("lfs") instanceof JsonObject lfs) {
            Optional<String> sha256 = text(lfs, "sha256").or(() -> text(lfs, "oid"));
            if (sha256.isPresent()) {
                return size(lfs).or(() -> size(sibling)).map(size -> new RepoFile(path, size, sha256.get()));
            }
        }
        return text(sibling, "blobId").flatMap(id -> size(sibling).map(size -> new RepoFile(path, size, id)));
    }

    private static Optional<Long> size(JsonObject object) {
        if (!object.has("size")
                || !object.get("size").isJsonPrimitive()
                || !object.getAsJsonPrimitive("size").isNumber()) {
            return Optional.empty();
        }
        String number = object.get("size").getAsString();
        try {
            return Optional.of(new BigDecimal(number.substring(0, Math.min(number.length(), 30))).longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("expected a size in bytes, found " + Shown.text(number), e);
        }
    }
}
