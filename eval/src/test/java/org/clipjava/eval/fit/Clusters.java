package org.clipjava.eval.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;

/** Pictures of made-up classes: a centre for each, a direction that all share as in CLIP, and noise. */
record Clusters(float[][] centres, double noise) {
    private static final double SHARED = 2;

    static Clusters of(int classes, int width, double noise, Random random) {
        float[][] centres = new float[classes][width];
        for (float[] centre : centres) {
            for (int e = 0; e < width; e++) {
                centre[e] = (float) (random.nextGaussian() / Math.sqrt(width) + (e == 0 ? SHARED : 0));
            }
        }
        return new Clusters(centres, noise);
    }

    /** A picture of a class. */
    Embedding draw(int label, Random random) {
        float[] picture = centres[label].clone();
        for (int e = 0; e < picture.length; e++) {
            picture[e] += (float) (noise * random.nextGaussian() / Math.sqrt(picture.length));
        }
        return Embedding.of(picture);
    }

    /** So many pictures of each class, one class behind the other. */
    LabelledFeatures draw(int[] counts, Random random) {
        List<Embedding> embeddings = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int k = 0; k < counts.length; k++) {
            for (int i = 0; i < counts[k]; i++) {
                embeddings.add(draw(k, random));
                labels.add(k);
            }
        }
        return LabelledFeatures.of(
                embeddings, labels.stream().mapToInt(Integer::intValue).toArray(), names(counts.length));
    }

    LabelledFeatures drawEach(int each, Random random) {
        return draw(IntStream.range(0, centres.length).map(k -> each).toArray(), random);
    }

    /** The classifier that knows the centres of some classes, the first ones. */
    LinearClassifier ideal(int classes, float scale) {
        List<Embedding> directions = new ArrayList<>();
        float[] scales = new float[classes];
        for (int k = 0; k < classes; k++) {
            directions.add(Embedding.of(centres[k]).normalized());
            scales[k] = scale;
        }
        return LinearClassifier.of(names(classes), directions, scales, new float[classes]);
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(k -> "class " + k).toList();
    }
}
