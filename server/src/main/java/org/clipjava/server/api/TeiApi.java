package org.clipjava.server.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.clipjava.Embedding;
import org.clipjava.Tower;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.ServedModel;

/** Text Embeddings Inference: texts, by the first model. */
public final class TeiApi implements Api {
    private final Models models;
    private final Encodings encodings;

    public TeiApi(Models models, Service service) {
        this.models = models;
        this.encodings = service.encodings();
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/embed", ErrorShape.TEI, this::embed),
                Route.get("/info", ErrorShape.TEI, exchange -> info()));
    }

    private Answer embed(Exchange exchange) {
        long start = System.nanoTime();
        encodings.checkRoom();
        JsonBody body = exchange.json();
        ServedModel model = models.get(Optional.empty());
        boolean normalize = body.bool("normalize", true);
        boolean truncate = body.bool("truncate", false);
        int dimensions = body.integer("dimensions", 1, Vectors.dimension(model)).orElse(Vectors.dimension(model));
        Encodings.Encoded encoded = encodings.encode(exchange, model, texts(body.need("inputs")));
        if (!truncate && !encoded.truncated().isEmpty()) {
            throw ApiException.tooLarge("inputs[" + encoded.truncated().getFirst() + "]: expected at most "
                    + model.clip().tokenizer().contextLength()
                    + " tokens, found more; say \"truncate\": true to cut it");
        }
        List<Embedding> vectors = normalize
                ? encoded.units().stream()
                        .map(unit -> Vectors.shortened(unit, dimensions))
                        .toList()
                : encoded.embeddings().stream()
                        .map(embedding -> Vectors.first(embedding, dimensions))
                        .toList();
        Answer answer = Answer.json(json -> {
            json.beginArray();
            for (Embedding vector : vectors) {
                Vectors.write(json, vector);
            }
            json.endArray();
        });
        String milliseconds =
                String.valueOf(Duration.ofNanos(System.nanoTime() - start).toMillis());
        return answer.with("x-total-time", milliseconds).with("x-compute-tokens", String.valueOf(encoded.tokens()));
    }

    private static List<Inputs.Input> texts(JsonElement element) {
        if (!element.isJsonArray()) {
            return List.of(Inputs.text("inputs", element));
        }
        JsonArray array = Inputs.array("inputs", element);
        return Inputs.all("inputs", array, Inputs::text);
    }

    private Answer info() {
        ServedModel model = models.get(Optional.empty());
        ModelInfo info = model.clip().info();
        Encodings.require(model, Tower.TEXT);
        return Answer.json(json -> {
            json.setSerializeNulls(true);
            json.beginObject();
            json.name("model_id").value(info.id().orElse(model.name()));
            json.name("model_sha").value(info.revision().orElse(null));
            json.name("model_dtype").value(info.weightType().spelling());
            json.name("model_type").beginObject();
            json.name("embedding").beginObject();
            json.name("pooling").value("clip");
            json.endObject();
            json.endObject();
            json.name("max_input_length").value(model.clip().tokenizer().contextLength());
            json.name("max_client_batch_size").value(Inputs.MOST);
            json.name("auto_truncate").value(false);
            json.endObject();
        });
    }
}
