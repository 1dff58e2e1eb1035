package org.clipjava.server.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clipjava.Embedding;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.ServedModel;

/** OpenAI's embeddings and models, and the ways that infinity, Jina and vLLM put pictures into these. */
public final class OpenAiApi implements Api {
    private final Models models;
    private final Encodings encodings;
    private final Inputs inputs;

    public OpenAiApi(Models models, Service service) {
        this.models = models;
        this.encodings = service.encodings();
        this.inputs = service.inputs();
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/v1/embeddings", ErrorShape.OPENAI, this::embeddings),
                Route.post("/embeddings", ErrorShape.OPENAI, this::embeddings),
                Route.get("/v1/models", ErrorShape.OPENAI, exchange -> list()),
                Route.get("/models", ErrorShape.OPENAI, exchange -> list()),
                Route.get("/v1/models/*", ErrorShape.OPENAI, this::one));
    }

    private Answer embeddings(Exchange exchange) {
        encodings.checkRoom();
        JsonBody body = exchange.json();
        ServedModel model = models.get(body.string("model"));
        boolean base64 = body.oneOf("encoding_format", "float", List.of("float", "base64"))
                .equals("base64");
        int dimensions = body.integer("dimensions", 1, Vectors.dimension(model)).orElse(Vectors.dimension(model));
        Encodings.Encoded encoded = encodings.encode(exchange, model, inputs(body));
        List<Embedding> units = encoded.units();
        Answer answer = Answer.json(json -> {
            json.beginObject();
            json.name("object").value("list");
            json.name("data").beginArray();
            for (int i = 0; i < units.size(); i++) {
                json.beginObject();
                json.name("object").value("embedding");
                json.name("index").value(i);
                Embedding vector = Vectors.shortened(units.get(i), dimensions);
                json.name("embedding");
                if (base64) {
                    json.value(Vectors.base64(vector));
                } else {
                    Vectors.write(json, vector);
                }
                json.endObject();
            }
            json.endArray();
            json.name("model").value(model.name());
            json.name("usage").beginObject();
            json.name("prompt_tokens").value(encoded.tokens());
            json.name("total_tokens").value(encoded.tokens());
            json.endObject();
            json.endObject();
        });
        return encoded.truncated().isEmpty()
                ? answer
                : answer.with(
                        "x-truncated-inputs",
                        encoded.truncated().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    private List<Inputs.Input> inputs(JsonBody body) {
        if (body.has("messages")) {
            return List.of(message(body));
        }
        JsonElement input = body.need("input");
        boolean pictures =
                body.oneOf("modality", "text", List.of("text", "image")).equals("image");
        if (!input.isJsonArray()) {
            return List.of(input("input", input, pictures));
        }
        JsonArray array = Inputs.array("input", input);
        return Inputs.all("input", array, (name, element) -> input(name, element, pictures));
    }

    private Inputs.Input input(String name, JsonElement element, boolean isPicture) {
        if (element.isJsonObject()) {
            return jina(name, JsonBody.within(name, element));
        }
        if (element.isJsonArray()
                || (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber())) {
            throw ApiException.invalid(
                    "input",
                    name
                            + ": expected text, found token ids, which are of another model's vocabulary; have the client send the"
                            + " text itself (LangChain: check_embedding_ctx_length=False)");
        }
        return isPicture ? inputs.picture(name, element) : Inputs.text(name, element);
    }

    /** {@code {"text": …}} or {@code {"image": …}}. */
    private Inputs.Input jina(String name, JsonBody input) {
        if (input.has("text") == input.has("image")) {
            throw ApiException.invalid(
                    name,
                    name + ": expected a member text or a member image, found " + String.join(", ", input.names()));
        }
        return input.has("text")
                ? Inputs.text(name + ".text", input.need("text"))
                : inputs.picture(name + ".image", input.need("image"));
    }

    /** vLLM's: a conversation of one message, of one part. */
    private Inputs.Input message(JsonBody body) {
        JsonArray messages = Inputs.array("messages", body.need("messages"));
        if (messages.size() != 1) {
            throw ApiException.invalid(
                    "messages",
                    "messages: expected one, whose content is a text or a picture, found " + messages.size());
        }
        return inputs.part(
                "messages[0].content",
                JsonBody.within("messages[0]", messages.get(0)).need("content"));
    }

    private Answer list() {
        List<ServedModel> all = models.all();
        return Answer.json(json -> {
            json.beginObject();
            json.name("object").value("list");
            json.name("data").beginArray();
            for (ServedModel model : all) {
                write(json, model);
            }
            json.endArray();
            json.endObject();
        });
    }

    private Answer one(Exchange exchange) {
        ServedModel model = models.get(Optional.of(exchange.rest()));
        return Answer.json(json -> write(json, model));
    }

    /** OpenAI's members, and what a page or a program needs to make scores of cosines. */
    private static void write(JsonWriter json, ServedModel model) throws IOException {
        ModelInfo info = model.clip().info();
        json.beginObject();
        json.name("id").value(model.name());
        json.name("object").value("model");
        json.name("created").value(model.opened().getEpochSecond());
        json.name("owned_by").value(info.id().map(id -> id.split("/", 2)[0]).orElse("clip-java"));
        json.name("dimensions").value(Vectors.dimension(model));
        if (info.config().hasText()) {
            json.name("context_length").value(info.config().text().contextLength());
        }
        if (info.config().hasVision()) {
            json.name("image_size").value(info.config().vision().imageSize());
            json.name("draft").value(model.clip().draft());
        }
        if (info.config().isWhole()) {
            json.name("logit_scale").value(model.clip().logitScale());
        }
        json.name("template").value(info.template());
        json.name("fingerprint").value(info.fingerprint());
        if (info.description().isPresent()) {
            json.name("description").value(info.description().get());
        }
        json.endObject();
    }
}
