package org.clipjava.spark;

import java.io.Serializable;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.io.LabelRules;
import org.clipjava.text.PromptTemplate;

/**
 * What pictures are to be told apart by.
 *
 * @param labels none blank, none twice; none at all for embeddings alone
 * @param templates with a slot for the label each, as {@code a photo of a {}}; the model's own if empty
 * @param top how many of the best are kept for each picture
 */
public record Labels(List<String> labels, List<String> templates, int top) implements Serializable {
    /** No labels: pictures are embedded and not classified. */
    public static final Labels NONE = new Labels(List.of(), List.of(), 1);

    /** Checks and copies labels and templates. */
    public Labels {
        labels = List.copyOf(labels);
        templates = List.copyOf(templates);
        if (top < 1) {
            throw new IllegalArgumentException("expected at least the best label, found top " + top);
        }
        LabelRules.problem(labels).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        templates.forEach(PromptTemplate::of);
    }

    /** The best {@code top} of these labels, by the model's own template. */
    public static Labels of(List<String> labels, int top) {
        return new Labels(labels, List.of(), top);
    }

    boolean isEmpty() {
        return labels.isEmpty();
    }

    ZeroShotClassifier classifier(Clip clip) {
        return templates.isEmpty()
                ? ZeroShotClassifier.of(clip, labels)
                : ZeroShotClassifier.of(
                        clip, labels, templates.stream().map(PromptTemplate::of).toList());
    }
}
