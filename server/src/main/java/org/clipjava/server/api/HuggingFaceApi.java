package org.clipjava.server.api;

import java.util.List;
import org.clipjava.Classification;
import org.clipjava.LinearClassifier;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.Route;
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
        ZeroShotRequest request = ZeroShotRequest.of(exchange, models, inputs, model -> DEFAULT);
        LinearClassifier classifier = labels.classifier(
                exchange, request.model(), ZeroShotRequest.LABELS, request.labels(), request.templates());
        Classification classification = encodings
                .encode(exchange, request.model(), List.of(request.image()))
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
