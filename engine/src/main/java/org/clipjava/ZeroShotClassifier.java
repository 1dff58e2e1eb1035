package org.clipjava;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.clipjava.image.RgbImage;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.text.PromptTemplate;

/**
 * Tells which of some labels fits a picture best, without having been trained on any of them (Radford et al., 2021,
 * section 3.1). The labels' embeddings are computed once; it is immutable, and thread-safe as its {@link Clip} is.
 */
public final class ZeroShotClassifier {
    /** A thousand labels in eighty templates would take some hundred megabytes together. */
    private static final int PROMPTS_AT_ONCE = 2048;

    private final Clip clip;
    private final LinearClassifier linear;

    private ZeroShotClassifier(Clip clip, LinearClassifier linear) {
        this.clip = clip;
        this.linear = linear;
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
        return of(clip, labels, templates, clip::encodeTexts);
    }

    /**
     * The same, but someone else has the prompts encoded: out of a cache, or behind others that wait.
     *
     * @param encoder what {@link Clip#encodeTexts} of this model gives, for some of the prompts at a time
     * @throws IllegalArgumentException if labels or templates are not as above
     * @throws NoDirectionException if the model gives a label no direction
     */
    public static ZeroShotClassifier of(
            Clip clip,
            List<String> labels,
            List<PromptTemplate> templates,
            Function<List<String>, List<Embedding>> encoder) {
        check(labels, templates);
        List<Embedding> perLabel = new ArrayList<>();
        int labelsAtOnce = Math.max(1, PROMPTS_AT_ONCE / templates.size());
        for (int i = 0; i < labels.size(); i += labelsAtOnce) {
            List<String> prompts = new ArrayList<>();
            for (String label : labels.subList(i, Math.min(i + labelsAtOnce, labels.size()))) {
                for (PromptTemplate template : templates) {
                    prompts.add(template.format(label));
                }
            }
            List<Embedding> embeddings = encoder.apply(prompts);
            for (int j = 0; j < embeddings.size(); j += templates.size()) {
                perLabel.add(ensemble(embeddings.subList(j, j + templates.size())));
            }
        }
        float[] scale = new float[labels.size()];
        Arrays.fill(scale, clip.logitScale());
        float[] bias = new float[labels.size()];
        Arrays.fill(bias, clip.logitBias());
        return new ZeroShotClassifier(clip, LinearClassifier.of(labels, perLabel, scale, bias));
    }

    /**
     * A classifier that {@link #save} wrote. The model's text tower is not needed. For files that may hold anything but
     * zero-shot classifiers there is {@link LinearClassifier#load}.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ModelFormatException if it is no zero-shot classifier, or one of another model
     */
    public static ZeroShotClassifier load(Path file, Clip clip) throws IOException {
        LinearClassifier linear = LinearClassifier.load(file, clip);
        if (!ClassifierFile.isZeroShot(linear, clip)) {
            throw new ModelFormatException(
                    file + ": expected a zero-shot classifier, found a fitted one; load it as a LinearClassifier");
        }
        return new ZeroShotClassifier(clip, linear);
    }

    /** Writes the labels' embeddings to a file, for {@link #load}. */
    public void save(Path file) throws IOException {
        linear.save(file, clip);
    }

    /** The same without the model: for embeddings alone, or to be given a temperature or thresholds. */
    public LinearClassifier linear() {
        return linear;
    }

    private static void check(List<String> labels, List<PromptTemplate> templates) {
        if (labels.isEmpty() || templates.isEmpty()) {
            throw new IllegalArgumentException("expected at least one label and one template, found " + labels.size()
                    + " and " + templates.size());
        }
        LinearClassifier.checkLabels(labels);
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

    /** In the order they were given. */
    public List<String> labels() {
        return linear.labels();
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
     * Classifies pictures, in their order; faster than one by one.
     *
     * @throws NoDirectionException if the model gives one no direction
     */
    public List<Classification> classify(List<RgbImage> images) {
        return clip.encodeImages(images).stream().map(linear::classify).toList();
    }

    /**
     * Classifies a picture that was encoded before; normalised or not makes no difference.
     *
     * @throws NoDirectionException if it has no direction
     */
    public Classification classify(Embedding image) {
        return linear.classify(image);
    }
}
