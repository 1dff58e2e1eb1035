package org.clipjava;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clipjava.Classification.Score;
import org.clipjava.image.RgbImage;
import org.clipjava.safetensors.ModelFormatException;

/**
 * Tells which of some labels fits a picture best, without having been trained on any of them (Radford et al., 2021,
 * section 3.1). The labels' embeddings are computed once; it is immutable, and thread-safe as its {@link Clip} is.
 */
public final class ZeroShotClassifier {
    /** Of a label, in a message. */
    private static final int LONGEST_SHOWN = 80;

    private final Clip clip;
    private final List<String> labels;
    private final List<Embedding> labelEmbeddings;

    private ZeroShotClassifier(Clip clip, List<String> labels, List<Embedding> labelEmbeddings) {
        this.clip = clip;
        this.labels = labels;
        this.labelEmbeddings = labelEmbeddings;
    }

    /** A classifier with the model's default template. */
    public static ZeroShotClassifier of(Clip clip, List<String> labels) {
        return of(clip, labels, List.of(clip.defaultTemplate()));
    }

    /**
     * A classifier for some labels. Several templates are ensembled: each one's embedding is normalised, their mean over
     * the templates taken, and that normalised again.
     *
     * @param labels at least one, none blank, none twice
     * @param templates at least one
     * @throws IllegalArgumentException otherwise
     * @throws NoDirectionException if the model gives a label no direction
     */
    public static ZeroShotClassifier of(Clip clip, List<String> labels, List<PromptTemplate> templates) {
        check(labels, templates);
        List<String> prompts = new ArrayList<>();
        for (String label : labels) {
            for (PromptTemplate template : templates) {
                prompts.add(template.format(label));
            }
        }
        List<Embedding> embeddings = clip.encodeTexts(prompts);
        List<Embedding> perLabel = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            perLabel.add(ensemble(embeddings.subList(i * templates.size(), (i + 1) * templates.size())));
        }
        return new ZeroShotClassifier(clip, List.copyOf(labels), List.copyOf(perLabel));
    }

    /**
     * A classifier that {@link #save} wrote. The model's text tower is not needed.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ModelFormatException if it is no classifier, or one of another model
     */
    public static ZeroShotClassifier load(Path file, Clip clip) throws IOException {
        ClassifierFile.Content content =
                ClassifierFile.read(file, clip.fingerprint(), clip.config().projection());
        try {
            checkLabels(content.labels());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file + ": labels: " + e.getMessage(), e);
        }
        return new ZeroShotClassifier(clip, content.labels(), content.embeddings());
    }

    /** Writes the labels' embeddings to a file, for {@link #load}. */
    public void save(Path file) throws IOException {
        Map<String, Embedding> byLabel = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            byLabel.put(labels.get(i), labelEmbeddings.get(i));
        }
        ClassifierFile.write(file, clip.fingerprint(), byLabel);
    }

    private static void check(List<String> labels, List<PromptTemplate> templates) {
        if (labels.isEmpty() || templates.isEmpty()) {
            throw new IllegalArgumentException("expected at least one label and one template, found " + labels.size()
                    + " and " + templates.size());
        }
        checkLabels(labels);
    }

    private static void checkLabels(List<String> labels) {
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            if (label.isBlank()) {
                throw new IllegalArgumentException("label " + (seen.size() + 1) + " is blank");
            }
            if (label.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("label " + (seen.size() + 1) + " has a zero character in it");
            }
            if (!seen.add(label)) {
                String shown = label.length() <= LONGEST_SHOWN ? label : label.substring(0, LONGEST_SHOWN) + "…";
                throw new IllegalArgumentException("label '" + shown + "' is there twice");
            }
        }
    }

    private static Embedding ensemble(List<Embedding> templates) {
        double[] sums = new double[templates.getFirst().dimension()];
        for (Embedding template : templates) {
            Embedding unit = template.normalized();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += unit.get(i);
            }
        }
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sums[i] / templates.size());
        }
        return Embedding.of(mean).normalized();
    }

    public List<String> labels() {
        return labels;
    }

    /**
     * Classifies a picture.
     *
     * @throws NoDirectionException if the model gives it no direction
     */
    public Classification classify(RgbImage image) {
        return classify(clip.encodeImage(image));
    }

    /**
     * Classifies a picture that was encoded before; normalised or not makes no difference.
     *
     * @throws NoDirectionException if it has no direction
     */
    public Classification classify(Embedding image) {
        Embedding unit = image.normalized();
        double[] cosines = new double[labels.size()];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = unit.dot(labelEmbeddings.get(i));
            largest = Math.max(largest, cosines[i]);
        }
        float scale = clip.logitScale();
        double sum = 0;
        for (double cosine : cosines) {
            sum += Math.exp(scale * (cosine - largest));
        }
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < cosines.length; i++) {
            double score = Math.exp(scale * (cosines[i] - largest)) / sum;
            scores.add(new Score(labels.get(i), (float) score, (float) (scale * cosines[i]), (float) cosines[i]));
        }
        return new Classification(scores);
    }
}
