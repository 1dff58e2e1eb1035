package org.clipjava.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.clipjava.io.Shown;
import org.eclipse.jetty.http.MultiPart.Part;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.util.Promise;

/** A form of several parts, by name. */
public final class MultiPart {
    private static final int MOST_PARTS = 16;
    private static final int HEADER_BYTES = 4096;
    private static final String TYPE = "multipart/form-data";

    private final String contentType;
    private final Map<String, byte[]> parts;

    private MultiPart(String contentType, Map<String, byte[]> parts) {
        this.contentType = contentType;
        this.parts = parts;
    }

    /** Reads a request's body. */
    public static MultiPart parse(Exchange exchange) {
        String type = exchange.header("content-type").orElse("none");
        String boundary = Optional.ofNullable(org.eclipse.jetty.http.MultiPart.extractBoundary(type))
                .orElse("");
        if (!type.startsWith(TYPE) || boundary.isEmpty()) {
            throw ApiException.invalid(
                    "content-type", "content-type: expected " + TYPE + " with a boundary, found " + Shown.quoted(type));
        }
        byte[] body = exchange.body();
        MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
        parser.setMaxMemoryFileSize(-1);
        parser.setMaxParts(MOST_PARTS);
        parser.setPartHeadersMaxLength(HEADER_BYTES);
        Map<String, byte[]> named = new HashMap<>();
        CompletableFuture<MultiPartFormData.Parts> parsed = new CompletableFuture<>();
        parser.parse(new ByteBufferContentSource(ByteBuffer.wrap(body)), Promise.Invocable.toPromise(parsed));
        try (MultiPartFormData.Parts all = parsed.join()) {
            for (Part part : all) {
                named.put(String.valueOf(part.getName()), bytes(part.createContentSource()));
            }
        } catch (CompletionException e) {
            throw ApiException.invalid("body", "the body: expected a form of several parts, found what is none");
        }
        return new MultiPart(type, named);
    }

    private static byte[] bytes(Content.Source source) {
        try {
            ByteBuffer buffer = Content.Source.asByteBuffer(source);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // from memory, where nothing fails
        }
    }

    /** The request's header. */
    public String contentType() {
        return contentType;
    }

    /** A part's content. */
    public byte[] part(String name) {
        byte[] content = parts.get(name);
        if (content == null) {
            throw ApiException.invalid(
                    name,
                    name + ": expected a part of this name, found " + Shown.text(String.join(", ", parts.keySet())));
        }
        return content;
    }
}
