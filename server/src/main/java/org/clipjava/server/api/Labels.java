package org.clipjava.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.LinearClassifier;
import org.clipjava.NoDirectionException;
import org.clipjava.Tower;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.io.LabelRules;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.work.ServedModel;
import org.clipjava.text.PromptTemplate;

/** Makes a classifier of a request's labels; prompts that were encoded lately are not encoded again. */
final class Labels {
    private static final int MOST_LABELS = 1000;
    private static final int MOST_PROMPTS = 10_000;

    private final Encodings encodings;

    Labels(Encodings encodings) {
        this.encodings = encodings;
    }

    static Optional<List<PromptTemplate>> templates(String name, Optional<List<String>> spelled) {
        return spelled.map(texts -> {
            List<PromptTemplate> templates = new ArrayList<>();
            for (String text : texts) {
                try {
                    templates.add(PromptTemplate.of(text));
                } catch (IllegalArgumentException e) {
                    throw ApiException.invalid(name, name + ": " + e.getMessage());
                }
            }
            return templates;
        });
    }

    /**
     * A zero-shot classifier.
     *
     * @param name what messages call the labels
     */
    LinearClassifier classifier(
            Exchange exchange, ServedModel model, String name, List<String> labels, List<PromptTemplate> templates) {
        Encodings.require(model, Tower.TEXT);
        Encodings.require(model, Tower.IMAGE);
        LabelRules.problem(labels).ifPresent(problem -> {
            throw ApiException.invalid(name, name + ": " + problem);
        });
        if (labels.size() > MOST_LABELS || (long) labels.size() * templates.size() > MOST_PROMPTS) {
            throw ApiException.of(
                    413,
                    "too_large",
                    name + ": expected at most " + MOST_LABELS + " labels, and " + MOST_PROMPTS
                            + " prompts with all templates, found " + labels.size() + " labels and "
                            + templates.size() + " templates");
        }
        try {
            return ZeroShotClassifier.of(model.clip(), labels, templates, prompts -> {
                        List<Inputs.Text> texts = prompts.stream()
                                .map(prompt -> Inputs.text(name, prompt))
                                .toList();
                        return encodings.encode(exchange, model, texts).embeddings();
                    })
                    .linear();
        } catch (NoDirectionException e) {
            throw ApiException.of(500, "model_error", name + ": " + e.getMessage());
        }
    }
}
