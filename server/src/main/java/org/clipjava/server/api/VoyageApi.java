package org.clipjava.server.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.List;
import org.clipjava.Embedding;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.ServedModel;

/** Voyage's multimodal embeddings. */
public final class VoyageApi implements Api {
    private final Models models;
    private final Encodings encodings;
    private final Inputs inputs;

    public VoyageApi(Models models, Service service) {
        this.models = models;
        this.encodings = service.encodings();
        this.inputs = service.inputs();
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post("/v1/multimodalembeddings", ErrorShape.DETAIL, this::embed));
    }

    private Answer embed(Exchange exchange) {
        encodings.checkRoom();
        JsonBody body = exchange.json();
        ServedModel model = models.get(body.string("model"));
        boolean base64 = body.string("output_encoding").isPresent();
        body.oneOf("output_encoding", "base64", List.of("base64"));
        boolean mayCut = body.bool("truncation", true);
        JsonArray array = Inputs.array("inputs", body.need("inputs"));
        List<Inputs.Input> wanted = Inputs.all("inputs", array, this::content);
        long pixels = wanted.stream().mapToLong(VoyageApi::pixels).sum();
        Encodings.Encoded encoded = encodings.encode(exchange, model, wanted);
        encoded.checkCut(mayCut);
        List<Embedding> vectors = encoded.units();
        return Answer.json(json -> {
            json.beginObject();
            json.name("object").value("list");
            json.name("data").beginArray();
            for (int i = 0; i < vectors.size(); i++) {
                json.beginObject();
                json.name("object").value("embedding");
                json.name("embedding");
                if (base64) {
                    json.value(Vectors.base64(vectors.get(i)));
                } else {
                    Vectors.write(json, vectors.get(i));
                }
                json.name("index").value(i);
                json.endObject();
            }
            json.endArray();
            json.name("model").value(model.name());
            json.name("usage").beginObject();
            json.name("text_tokens").value(encoded.tokens());
            json.name("image_pixels").value(pixels);
            json.name("total_tokens").value(encoded.tokens());
            json.endObject();
            json.endObject();
        });
    }

    private Inputs.Input content(String name, JsonElement element) {
        return inputs.part(name + ".content", JsonBody.within(name, element).need("content"));
    }

    private static long pixels(Inputs.Input input) {
        return switch (input) {
            case Inputs.Text text -> 0;
            case Inputs.Image image -> image.picture().pixels();
        };
    }
}
