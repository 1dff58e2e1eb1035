package org.clipjava;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clipjava.Classification.Score;
import org.clipjava.io.LabelRules;
import org.clipjava.safetensors.ModelFormatException;

/**
 * A classifier that is linear in a picture's unit embedding: {@code logit = scale · cosine + bias} for each label, and the
 * softmax over all logits as the score. A zero-shot classifier is one (every scale and bias the model's own; CLIP's bias is 0), and so are a
 * linear probe (scale: the length of a label's weights; direction: theirs), class means, blends of these, and each of them with
 * another temperature.
 *
 * <p>It may have thresholds. A picture whose best label has a cosine that is not above that label's threshold is none of the
 * labels. As no scale is negative, a threshold on a cosine is one on the logit too.
 *
 * <p>Immutable and thread-safe. It holds no model: whoever classifies embeddings with it sees to it that they are of the model
 * it was made for; {@link #load} does.
 */
public final class LinearClassifier {
    /** Of a direction whose length is 1 within 0.001. */
    private static final double LARGEST_COSINE = 1.0011;

    private final List<String> labels;
    private final List<Embedding> directions;
    private final float[] scale;
    private final float[] bias;
    private final Optional<float[]> thresholds;
    private final Map<String, Integer> indices;

    private LinearClassifier(
            List<String> labels,
            List<Embedding> directions,
            float[] scale,
            float[] bias,
            Optional<float[]> thresholds) {
        this.labels = List.copyOf(labels);
        this.directions = List.copyOf(directions);
        this.scale = scale;
        this.bias = bias;
        this.thresholds = thresholds;
        this.indices = new HashMap<>();
        checkLabels(labels);
        for (int i = 0; i < labels.size(); i++) {
            indices.put(labels.get(i), i);
        }
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("expected at least one label, found none");
        }
        checkCount("directions", directions.size());
        checkCount("scale", scale.length);
        checkCount("bias", bias.length);
        int width = directions.getFirst().dimension();
        for (int i = 0; i < directions.size(); i++) {
            Embedding direction = directions.get(i);
            if (direction.dimension() != width) {
                throw new IllegalArgumentException("directions: expected " + width + " components, found "
                        + direction.dimension() + " in row " + i);
            }
            if (!(Math.abs(direction.norm() - 1) < 1e-3)) {
                throw new IllegalArgumentException(
                        "directions: expected rows of length 1, found " + direction.norm() + " in row " + i);
            }
            if (!(scale[i] >= 0) || Float.isInfinite(scale[i])) {
                throw new IllegalArgumentException(
                        "scale: expected finite numbers of at least 0, found " + scale[i] + " in row " + i);
            }
            if (!Float.isFinite(bias[i])) {
                throw new IllegalArgumentException("bias: expected finite numbers, found " + bias[i] + " in row " + i);
            }
            if (LARGEST_COSINE * scale[i] + Math.abs((double) bias[i]) > Float.MAX_VALUE) {
                throw new IllegalArgumentException("scale and bias: expected logits within a float's range, found "
                        + scale[i] + " and " + bias[i] + " in row " + i);
            }
        }
        thresholds.ifPresent(values -> {
            checkCount("threshold", values.length);
            for (int i = 0; i < values.length; i++) {
                if (!(values[i] >= -1 && values[i] <= 1)) {
                    throw new IllegalArgumentException(
                            "threshold: expected cosines, -1 to 1, found " + values[i] + " in row " + i);
                }
            }
        });
    }

    /**
     * A classifier without thresholds.
     *
     * @param labels at least one, none blank, none twice
     * @param directions [labels, E], each of length 1
     * @param scale what a cosine is multiplied with, [labels], finite and not negative
     * @param bias what is added to that, [labels], finite
     * @throws IllegalArgumentException otherwise
     */
    public static LinearClassifier of(List<String> labels, List<Embedding> directions, float[] scale, float[] bias) {
        return new LinearClassifier(labels, directions, scale.clone(), bias.clone(), Optional.empty());
    }

    /**
     * A classifier whose logits are {@code weights · x + bias} for a picture's unit embedding x.
     *
     * @param weights [labels, E], finite; a row of zeros is a label whose logit is its bias
     * @param bias [labels], finite
     * @throws IllegalArgumentException otherwise
     */
    public static LinearClassifier ofWeights(List<String> labels, double[][] weights, double[] bias) {
        List<Embedding> directions = new ArrayList<>();
        float[] scale = new float[weights.length];
        float[] floatBias = new float[bias.length];
        for (int i = 0; i < weights.length; i++) {
            double norm = Math.sqrt(Arrays.stream(weights[i]).map(w -> w * w).sum());
            float[] direction = new float[weights[i].length];
            if (norm == 0) {
                direction[0] = 1;
            } else {
                for (int e = 0; e < direction.length; e++) {
                    direction[e] = (float) (weights[i][e] / norm);
                }
            }
            directions.add(Embedding.of(direction));
            scale[i] = (float) norm;
        }
        for (int i = 0; i < bias.length; i++) {
            floatBias[i] = (float) bias[i];
        }
        return new LinearClassifier(labels, directions, scale, floatBias, Optional.empty());
    }

    /**
     * A classifier that {@link #save} or {@link ZeroShotClassifier#save} wrote. The model's text tower is not needed.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ModelFormatException if it is no classifier, or one of another model
     */
    public static LinearClassifier load(Path file, Clip clip) throws IOException {
        return ClassifierFile.read(file, clip);
    }

    /**
     * Writes a file for {@link #load}; {@code docs/model-file.md} describes it.
     *
     * @param clip the model that it was made for
     * @throws IllegalArgumentException if the directions are not of the model's E components
     */
    public void save(Path file, Clip clip) throws IOException {
        if (dimension() != clip.config().embedDim()) {
            throw new IllegalArgumentException("expected a classifier of "
                    + clip.config().embedDim() + " components as the model has, found one of " + dimension());
        }
        ClassifierFile.write(file, clip, this);
    }

    /** The same with thresholds, [labels], cosines. */
    public LinearClassifier withThresholds(float... cosines) {
        return new LinearClassifier(labels, directions, scale, bias, Optional.of(cosines.clone()));
    }

    /**
     * The same with logits divided by a temperature: above 1 it is less sure of itself. The order of the labels and the
     * thresholds, which are cosines, stay as they are.
     *
     * @param temperature above 0, finite
     */
    public LinearClassifier withTemperature(double temperature) {
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException("expected a temperature above 0, found " + temperature);
        }
        return new LinearClassifier(
                labels, directions, divided(scale, temperature), divided(bias, temperature), thresholds);
    }

    private static float[] divided(float[] values, double by) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) (values[i] / by);
        }
        return result;
    }

    /** In the order they were given. */
    public List<String> labels() {
        return labels;
    }

    /** E: the components of a direction. */
    public int dimension() {
        return directions.getFirst().dimension();
    }

    /** [labels, E], each of length 1. */
    public List<Embedding> directions() {
        return directions;
    }

    /** What a cosine is multiplied with, [labels]; a copy. */
    public float[] scale() {
        return scale.clone();
    }

    /** What is added to that, [labels]; a copy. */
    public float[] bias() {
        return bias.clone();
    }

    /** The cosines that have to be exceeded, [labels]; a copy, and empty where every picture is taken for one of the labels. */
    public Optional<float[]> thresholds() {
        return thresholds.map(float[]::clone);
    }

    /** Classifies a picture; normalised or not makes no difference. */
    public Classification classify(Embedding image) {
        Embedding unit = image.normalized();
        double[] cosines = new double[labels.size()];
        double[] logits = new double[cosines.length];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = unit.dot(directions.get(i));
            logits[i] = scale[i] * cosines[i] + bias[i];
            largest = Math.max(largest, logits[i]);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - largest);
        }
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < cosines.length; i++) {
            double score = Math.exp(logits[i] - largest) / sum;
            scores.add(new Score(labels.get(i), (float) score, (float) logits[i], (float) cosines[i]));
        }
        return new Classification(scores);
    }

    /**
     * The best label, where its cosine is above its threshold; empty where the picture is none of the labels.
     *
     * @param classification one of this classifier's
     * @throws IllegalStateException if it has no thresholds
     */
    public Optional<Score> accepted(Classification classification) {
        float[] cosines = thresholds.orElseThrow(() -> new IllegalStateException("this classifier has no thresholds"));
        Score best = classification.best();
        Integer index = indices.get(best.label());
        if (index == null) {
            throw new IllegalArgumentException("'" + best.label() + "' is none of this classifier's labels");
        }
        return best.cosine() > cosines[index] ? Optional.of(best) : Optional.empty();
    }

    static void checkLabels(List<String> labels) {
        LabelRules.problem(labels).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    private void checkCount(String what, int found) {
        if (found != labels.size()) {
            throw new IllegalArgumentException(what + ": expected " + labels.size() + " rows, found " + found);
        }
    }
}
