package org.clipjava.server.api;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.clipjava.Embedding;
import org.clipjava.io.Shown;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.MultiPart;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.Picture;
import org.clipjava.server.work.ServedModel;

/** What immich asks of its machine learning: CLIP here, faces and writing at another server, if there is one. */
public final class ImmichApi implements Api {
    private final Models models;
    private final Encodings encodings;
    private final Optional<Upstream> upstream;

    /** Another server of the same API. */
    public interface Upstream extends AutoCloseable {
        /** Its answer to the same request. */
        Answer ask(String contentType, byte[] body);

        @Override
        void close();
    }

    public ImmichApi(Models models, Service service, Optional<Upstream> upstream) {
        this.models = models;
        this.encodings = service.encodings();
        this.upstream = upstream;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/ping", ErrorShape.DETAIL, exchange -> Answer.text(200, "pong"))
                        .open(),
                Route.post("/predict", ErrorShape.DETAIL, this::predict));
    }

    private Answer predict(Exchange exchange) {
        encodings.checkRoom();
        MultiPart form = MultiPart.parse(exchange);
        JsonBody entries = JsonBody.parse(form.part("entries"));
        if (entries.has("clip")) {
            return clip(exchange, form, entries);
        }
        String tasks = Shown.text(String.join(", ", entries.names()));
        return upstream.map(other -> other.ask(form.contentType(), exchange.body()))
                .orElseThrow(
                        () -> ApiException.of(
                                422,
                                "task_not_served",
                                "entries: expected clip, found " + tasks + "; this server does that alone: switch "
                                        + tasks
                                        + " off in immich, or start this one with --immich-upstream URL of a server that has it"));
    }

    private Answer clip(Exchange exchange, MultiPart form, JsonBody entries) {
        if (entries.names().size() != 1) {
            throw ApiException.invalid(
                    "entries",
                    "entries: expected one task a request, found " + Shown.text(String.join(", ", entries.names())));
        }
        JsonBody clip = JsonBody.within("entries.clip", entries.need("clip"));
        boolean isVisual = clip.has("visual");
        JsonBody task = JsonBody.within(
                isVisual ? "entries.clip.visual" : "entries.clip.textual", clip.need(isVisual ? "visual" : "textual"));
        ServedModel model = models.get(task.string("modelName"));
        if (!isVisual) {
            String text = new String(form.part("text"), StandardCharsets.UTF_8);
            return answer(embedding(exchange, model, Inputs.text("text", text)), Optional.empty());
        }
        Picture picture = new Picture(form.part("image"), "image", true);
        return answer(embedding(exchange, model, new Inputs.Image(picture)), Optional.of(picture));
    }

    private Embedding embedding(Exchange exchange, ServedModel model, Inputs.Input input) {
        return encodings.encode(exchange, model, List.of(input)).units().getFirst();
    }

    private static Answer answer(Embedding embedding, Optional<Picture> picture) {
        return Answer.json(json -> {
            json.beginObject();
            json.name("clip").value(text(embedding));
            if (picture.isPresent()) {
                Picture.Size size = picture.get().size().orElseThrow();
                json.name("imageHeight").value(size.height());
                json.name("imageWidth").value(size.width());
            }
            json.endObject();
        });
    }

    /** The vector as immich wants it: an array, in a string. */
    private static String text(Embedding embedding) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            Vectors.write(json, embedding);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory, where nothing fails
        }
        return text.toString();
    }
}
