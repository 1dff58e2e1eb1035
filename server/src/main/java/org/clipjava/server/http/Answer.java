package org.clipjava.server.http;

import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request is answered with.
 *
 * @param body not to be written to; empty if it is streamed
 * @param headers besides content type and length
 * @param streamed the body, where it is too large to be held
 */
public record Answer(
        int status, String contentType, byte[] body, Map<String, String> headers, Optional<Streamed> streamed) {
    private static final String JSON = "application/json";

    /**
     * A body that is read while it is sent, by whoever sends it, who closes it.
     *
     * @param length bytes
     */
    public record Streamed(InputStream in, long length) {}

    /** Writes one JSON value. */
    public interface Content {
        void write(JsonWriter json) throws IOException;
    }

    public static Answer text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer of(int status, String contentType, byte[] body) {
        return new Answer(status, contentType, body, Map.of(), Optional.empty());
    }

    /** What is read while it is sent. */
    public static Answer of(int status, String contentType, Streamed streamed) {
        return new Answer(status, contentType, new byte[0], Map.of(), Optional.of(streamed));
    }

    /** Bytes of the body. */
    long length() {
        return streamed.map(Streamed::length).orElse((long) body.length);
    }

    /** One JSON value. */
    public static Answer json(int status, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonWriter json = new JsonWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
            json.setHtmlSafe(false);
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory, where nothing fails
        }
        return of(status, JSON, bytes.toByteArray());
    }

    /** One JSON value, 200. */
    public static Answer json(Content content) {
        return json(200, content);
    }

    /** The same with one more header. */
    public Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, contentType, body, more, streamed);
    }
}
