package org.clipjava.server.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.work.ServedModel;
import org.clipjava.text.PromptTemplate;

/**
 * What Hugging Face's zero-shot tasks with pictures ask alike.
 *
 * @param parameters what else there is for one of them
 * @param templates what each label goes into
 */
record ZeroShotRequest(
        ServedModel model,
        Inputs.Image image,
        JsonBody parameters,
        List<String> labels,
        List<PromptTemplate> templates) {
    /** What messages call the labels. */
    static final String LABELS = "parameters.candidate_labels";

    /**
     * Reads a request.
     *
     * @param defaultTemplate what labels go into unless it says
     * @throws ApiException if something is missing or of another type
     */
    static ZeroShotRequest of(
            Exchange exchange, Models models, Inputs inputs, Function<ServedModel, PromptTemplate> defaultTemplate) {
        JsonBody body = exchange.json();
        ServedModel model = models.get(Optional.of(exchange.rest()));
        Inputs.Image image = inputs.nestedPicture("inputs", body.need("inputs"));
        JsonBody parameters = body.object("parameters")
                .orElseThrow(() -> ApiException.invalid(
                        "parameters", "parameters: expected an object with candidate_labels, found nothing"));
        List<String> labels = parameters
                .strings("candidate_labels")
                .orElseThrow(
                        () -> ApiException.invalid("candidate_labels", LABELS + ": expected labels, found nothing"));
        List<PromptTemplate> templates = Labels.templates(
                        "parameters.hypothesis_template", parameters.strings("hypothesis_template"))
                .orElseGet(() -> List.of(defaultTemplate.apply(model)));
        return new ZeroShotRequest(model, image, parameters, labels, templates);
    }
}
