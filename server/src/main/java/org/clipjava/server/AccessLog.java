package org.clipjava.server;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.function.Consumer;
import org.clipjava.io.Shown;
import org.clipjava.server.http.ApiHandler.Done;

/** A request as one line of JSON. Queries, bodies and keys are not in it. */
final class AccessLog {
    private static final int LONGEST = 200;

    private final Consumer<String> lines;

    AccessLog(Consumer<String> lines) {
        this.lines = lines;
    }

    void done(Done request) {
        StringWriter line = new StringWriter();
        try (JsonWriter json = new JsonWriter(line)) {
            json.beginObject();
            json.name("time").value(Instant.now().toString());
            json.name("client").value(request.client());
            json.name("method").value(Shown.text(request.method()));
            json.name("path").value(Shown.text(request.path(), LONGEST));
            json.name("status").value(request.status());
            json.name("seconds").value(request.duration().toNanos() / 1e9);
            json.name("received").value(request.received());
            json.name("sent").value(request.sent());
            if (request.model().isPresent()) {
                json.name("model").value(request.model().get());
                json.name("inputs").value(request.inputs());
            }
            if (request.agent().isPresent()) {
                json.name("agent").value(Shown.text(request.agent().get(), LONGEST));
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory, where nothing fails
        }
        lines.accept(line.toString());
    }
}
