package org.clipjava.server.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.clipjava.Embedding;
import org.clipjava.io.Shown;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.ServedModel;

/** Cohere's embeddings, version 2. */
public final class CohereApi implements Api {
    private static final Set<String> TYPES = new TreeSet<>(List.of("base64", "float"));

    private final Models models;
    private final Encodings encodings;
    private final Inputs inputs;

    public CohereApi(Models models, Service service) {
        this.models = models;
        this.encodings = service.encodings();
        this.inputs = service.inputs();
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post("/v2/embed", ErrorShape.COHERE, this::embed));
    }

    private Answer embed(Exchange exchange) {
        encodings.checkRoom();
        JsonBody body = exchange.json();
        ServedModel model = models.get(body.string("model"));
        int dimensions =
                body.integer("output_dimension", 1, Vectors.dimension(model)).orElse(Vectors.dimension(model));
        Set<String> types = new TreeSet<>(body.strings("embedding_types").orElse(List.of("float")));
        types.forEach(type -> {
            if (!TYPES.contains(type)) {
                throw ApiException.invalid(
                        "embedding_types", "embedding_types: expected float or base64, found " + Shown.quoted(type));
            }
        });
        boolean mayCut = !body.oneOf("truncate", "END", List.of("NONE", "END")).equals("NONE");
        Encodings.Encoded encoded = encodings.encode(exchange, model, inputs(body));
        encoded.checkCut(mayCut);
        List<Embedding> vectors = encoded.units().stream()
                .map(unit -> Vectors.shortened(unit, dimensions))
                .toList();
        return Answer.json(json -> {
            json.beginObject();
            json.name("id").value(UUID.randomUUID().toString());
            json.name("embeddings").beginObject();
            for (String type : types) {
                json.name(type).beginArray();
                for (Embedding vector : vectors) {
                    if (type.equals("base64")) {
                        json.value(Vectors.base64(vector));
                    } else {
                        Vectors.write(json, vector);
                    }
                }
                json.endArray();
            }
            json.endObject();
            json.name("response_type").value("embeddings_by_type");
            json.name("meta").beginObject();
            json.name("billed_units").beginObject();
            json.name("input_tokens").value(encoded.tokens());
            json.endObject();
            json.endObject();
            json.endObject();
        });
    }

    private List<Inputs.Input> inputs(JsonBody body) {
        List<Inputs.Input> all = new ArrayList<>();
        if (body.has("texts")) {
            all.addAll(Inputs.all("texts", Inputs.array("texts", body.need("texts")), Inputs::text));
        }
        if (body.has("images")) {
            all.addAll(Inputs.all("images", Inputs.array("images", body.need("images")), inputs::picture));
        }
        if (body.has("inputs")) {
            JsonArray array = Inputs.array("inputs", body.need("inputs"));
            all.addAll(Inputs.all("inputs", array, this::content));
        }
        if (all.isEmpty()) {
            throw ApiException.invalid("texts", "expected texts, images or inputs, found none");
        }
        Inputs.checkCount("texts, images and inputs", all.size());
        return all;
    }

    private Inputs.Input content(String name, JsonElement element) {
        return inputs.part(name + ".content", JsonBody.within(name, element).need("content"));
    }
}
