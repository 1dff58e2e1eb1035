package org.clipjava.server.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.clipjava.Classification;
import org.clipjava.LinearClassifier;
import org.clipjava.io.Shown;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.ServedModel;
import org.clipjava.text.PromptTemplate;

/** Our own classification: labels, or a classifier that was saved, with thresholds for "none of these". */
public final class ClassifyApi implements Api {
    private final Models models;
    private final Encodings encodings;
    private final Inputs inputs;
    private final Labels labels;
    private final Map<String, Chosen> classifiers = new ConcurrentHashMap<>();

    /** A classifier, and the model that it is of. */
    private record Chosen(LinearClassifier classifier, ServedModel model) {}

    public ClassifyApi(Models models, Service service) {
        this.models = models;
        this.encodings = service.encodings();
        this.inputs = service.inputs();
        this.labels = new Labels(encodings);
    }

    /** From now on requests may name this one. */
    public void add(String name, LinearClassifier classifier, ServedModel model) {
        classifiers.put(name, new Chosen(classifier, model));
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/v1/classify", ErrorShape.OPENAI, this::classify),
                Route.get("/v1/classifiers", ErrorShape.OPENAI, exchange -> list()));
    }

    private Answer classify(Exchange exchange) {
        encodings.checkRoom();
        JsonBody body = exchange.json();
        List<Inputs.Input> pictures = pictures(body);
        Chosen chosen = choose(exchange, body);
        LinearClassifier classifier = chosen.classifier();
        int top = body.integer("top_k", 1, Integer.MAX_VALUE)
                .orElse(classifier.labels().size());
        List<Classification> classifications =
                encodings.encode(exchange, chosen.model(), pictures).classified(classifier);
        return Answer.json(json -> {
            json.beginObject();
            json.name("object").value("list");
            json.name("data").beginArray();
            for (int i = 0; i < classifications.size(); i++) {
                json.beginObject();
                json.name("index").value(i);
                write(json, classifier, classifications.get(i), top);
                json.endObject();
            }
            json.endArray();
            json.name("model").value(chosen.model().name());
            json.endObject();
        });
    }

    private List<Inputs.Input> pictures(JsonBody body) {
        JsonElement image = body.need("image");
        if (!image.isJsonArray()) {
            return List.of(inputs.picture("image", image));
        }
        JsonArray array = Inputs.array("image", image);
        return Inputs.all("image", array, inputs::picture);
    }

    private Chosen choose(Exchange exchange, JsonBody body) {
        if (body.has("classifier") == body.has("labels")) {
            throw ApiException.invalid(
                    "labels",
                    "expected either labels or the name of a classifier, found "
                            + (body.has("labels") ? "both" : "neither"));
        }
        Optional<String> name = body.string("classifier");
        if (name.isPresent()) {
            return saved(name.get(), body);
        }
        ServedModel model = models.get(body.string("model"));
        List<PromptTemplate> templates = Labels.templates("templates", body.strings("templates"))
                .orElse(List.of(model.clip().defaultTemplate()));
        LinearClassifier classifier = labels.classifier(
                exchange, model, "labels", body.strings("labels").orElseThrow(), templates);
        return new Chosen(
                thresholds(body)
                        .map(cosine -> withThreshold(classifier, cosine))
                        .orElse(classifier),
                model);
    }

    private Chosen saved(String name, JsonBody body) {
        Chosen saved = classifiers.get(name);
        if (saved == null) {
            throw ApiException.of(
                    404,
                    "classifier_not_found",
                    "classifier " + Shown.quoted(name) + " is not served; there is "
                            + (classifiers.isEmpty() ? "none" : String.join(", ", classifiers.keySet())));
        }
        if (body.has("templates")) {
            throw ApiException.invalid("templates", "templates: a classifier has its own; leave them out");
        }
        Optional<String> model = body.string("model");
        if (model.isPresent() && models.get(model) != saved.model) {
            throw ApiException.invalid(
                    "model",
                    "model: the classifier " + name + " is of " + saved.model.name() + ", found "
                            + Shown.quoted(model.get()));
        }
        LinearClassifier classifier = saved.classifier;
        return new Chosen(
                thresholds(body)
                        .map(cosine -> withThreshold(classifier, cosine))
                        .orElse(classifier),
                saved.model);
    }

    private static Optional<Float> thresholds(JsonBody body) {
        return body.number("min_cosine", -1, 1).map(Double::floatValue);
    }

    private static LinearClassifier withThreshold(LinearClassifier classifier, float cosine) {
        float[] thresholds = new float[classifier.labels().size()];
        Arrays.fill(thresholds, cosine);
        return classifier.withThresholds(thresholds);
    }

    private static void write(JsonWriter json, LinearClassifier classifier, Classification classification, int top)
            throws IOException {
        if (classifier.thresholds().isPresent()) {
            Optional<Classification.Score> accepted = classifier.accepted(classification);
            json.name("label");
            if (accepted.isPresent()) {
                json.value(accepted.get().label());
            } else {
                json.setSerializeNulls(true);
                json.nullValue();
            }
        } else {
            json.name("label").value(classification.best().label());
        }
        json.name("scores").beginArray();
        for (Classification.Score score : classification.top(top)) {
            json.beginObject();
            json.name("label").value(score.label());
            json.name("score").value(score.score());
            json.name("cosine").value(score.cosine());
            json.name("logit").value(score.logit());
            json.endObject();
        }
        json.endArray();
    }

    private Answer list() {
        return Answer.json(json -> {
            json.beginObject();
            json.name("object").value("list");
            json.name("data").beginArray();
            for (Map.Entry<String, Chosen> saved : classifiers.entrySet()) {
                json.beginObject();
                json.name("id").value(saved.getKey());
                json.name("model").value(saved.getValue().model.name());
                json.name("labels").value(saved.getValue().classifier.labels().size());
                json.name("thresholds")
                        .value(saved.getValue().classifier.thresholds().isPresent());
                json.endObject();
            }
            json.endArray();
            json.endObject();
        });
    }
}
