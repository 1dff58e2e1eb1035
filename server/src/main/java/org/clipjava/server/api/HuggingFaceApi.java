package org.clipjava.server.api;

import java.util.List;
import java.util.Optional;
import org.clipjava.Classification;
import org.clipjava.LinearClassifier;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.ServedModel;
import org.clipjava.text.PromptTemplate;

/**
 * Hugging Face's zero-shot image classification. Its clients post to exactly the address that they are given, so there are several: one for
 * the first model, and one for each by name.
 */
public final class HuggingFaceApi implements Api {
    /** What the pipeline of {@code transformers} puts labels into unless it is told otherwise. */
    private static final PromptTemplate DEFAULT = PromptTemplate.of("This is a photo of {}.");

    private final Models models;
    private final Encodings encodings;
    private final Inputs inputs;
    private final Labels labels;

    public HuggingFaceApi(Models models, Service service) {
        this.models = models;
        this.encodings = service.encodings();
        this.inputs = service.inputs();
        this.labels = new Labels(encodings);
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/zero-shot-image-classification", ErrorShape.HUGGING_FACE, this::classify),
                Route.post("/models/*", ErrorShape.HUGGING_FACE, this::classify),
                Route.post("/hf-inference/models/*", ErrorShape.HUGGING_FACE, this::classify));
    }

    private Answer classify(Exchange exchange) {
        encodings.checkRoom();
        JsonBody body = exchange.json();
        ServedModel model = models.get(Optional.of(exchange.rest()));
        Inputs.Image image = inputs.nestedPicture("inputs", body.need("inputs"));
        JsonBody parameters = body.object("parameters")
                .orElseThrow(() -> ApiException.invalid(
                        "parameters", "parameters: expected an object with candidate_labels, found nothing"));
        List<String> candidates = parameters
                .strings("candidate_labels")
                .orElseThrow(() -> ApiException.invalid(
                        "candidate_labels", "parameters.candidate_labels: expected labels, found nothing"));
        List<PromptTemplate> templates = Labels.templates(
                        "parameters.hypothesis_template", parameters.strings("hypothesis_template"))
                .orElse(List.of(DEFAULT));
        LinearClassifier classifier =
                labels.classifier(exchange, model, "parameters.candidate_labels", candidates, templates);
        Classification classification = encodings
                .encode(exchange, model, List.of(image))
                .classified(classifier)
                .getFirst();
        return Answer.json(json -> {
            json.beginArray();
            for (Classification.Score score : classification.scores()) {
                json.beginObject();
                json.name("score").value(score.score());
                json.name("label").value(score.label());
                json.endObject();
            }
            json.endArray();
        });
    }
}
