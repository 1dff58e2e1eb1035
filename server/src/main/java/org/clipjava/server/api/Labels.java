package org.clipjava.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.NoDirectionException;
import org.clipjava.Tower;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.io.LabelRules;
import org.clipjava.locate.Locator;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.work.ServedModel;
import org.clipjava.text.PromptTemplate;

/** Makes a classifier or a locator of a request's labels; prompts that were encoded lately are not encoded again. */
final class Labels {
    private static final int MOST_LABELS = 1000;
    private static final int MOST_PROMPTS = 10_000;

    /** Each has a map, and is compared with every cell. */
    private static final int MOST_LOCATED = 100;

    private static final int MOST_LOCATED_PROMPTS = 1000;

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
        requireBoth(model);
        check(name, labels, templates, MOST_LABELS, MOST_PROMPTS);
        try {
            return ZeroShotClassifier.of(model.clip(), labels, templates, prompts(exchange, model, name))
                    .linear();
        } catch (NoDirectionException e) {
            throw noDirection(name, e);
        }
    }

    /**
     * What tells where they are; it has some 190 nouns of its own.
     *
     * @param name what messages call the labels
     */
    Locator locator(
            Exchange exchange, ServedModel model, String name, List<String> labels, List<PromptTemplate> templates) {
        requireBoth(model);
        check(name, labels, templates, MOST_LOCATED, MOST_LOCATED_PROMPTS);
        try {
            return Locator.of(model.clip(), labels, templates, prompts(exchange, model, name));
        } catch (NoDirectionException e) {
            throw noDirection(name, e);
        }
    }

    private static void requireBoth(ServedModel model) {
        Encodings.require(model, Tower.TEXT);
        Encodings.require(model, Tower.IMAGE);
    }

    private static void check(
            String name, List<String> labels, List<PromptTemplate> templates, int mostLabels, int mostPrompts) {
        LabelRules.problem(labels).ifPresent(problem -> {
            throw ApiException.invalid(name, name + ": " + problem);
        });
        if (labels.size() > mostLabels || (long) labels.size() * templates.size() > mostPrompts) {
            throw ApiException.of(
                    413,
                    "too_large",
                    name + ": expected at most " + mostLabels + " labels, and " + mostPrompts
                            + " prompts with all templates, found " + labels.size() + " labels and "
                            + templates.size() + " templates");
        }
    }

    private Function<List<String>, List<Embedding>> prompts(Exchange exchange, ServedModel model, String name) {
        return prompts -> encodings
                .encode(
                        exchange,
                        model,
                        prompts.stream()
                                .map(prompt -> Inputs.text(name, prompt))
                                .toList())
                .embeddings();
    }

    private static ApiException noDirection(String name, NoDirectionException e) {
        return ApiException.of(500, "model_error", name + ": " + e.getMessage());
    }
}
