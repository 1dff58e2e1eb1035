package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.clipjava.Classification.Score;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearClassifierTest {
    private static final List<String> LABELS = List.of("cat", "dog");
    private static final List<Embedding> AXES = List.of(Embedding.of(1, 0), Embedding.of(0, 1));

    @Test
    void scalesTheCosineAndAddsTheBias() {
        LinearClassifier classifier = LinearClassifier.of(LABELS, AXES, new float[] {10, 2}, new float[] {0.5f, -1});

        Classification result = classifier.classify(Embedding.of(6, 8));

        assertEquals("cat", result.best().label());
        assertEquals(10 * 0.6 + 0.5, result.best().logit(), 1e-5);
        assertEquals(0.6, result.best().cosine(), 1e-6);
        assertEquals(2 * 0.8 - 1, result.scores().get(1).logit(), 1e-5);
        assertEquals(1 / (1 + Math.exp(0.6 - 6.5)), result.best().score(), 1e-6);
    }

    @Test
    void takesWeightsApartIntoLengthAndDirection() {
        double[][] weights = {{3, 4}, {0, 0}};
        LinearClassifier classifier = LinearClassifier.ofWeights(LABELS, weights, new double[] {1, 2});

        assertArrayEquals(new float[] {5, 0}, classifier.scale());
        assertEquals(Embedding.of(0.6f, 0.8f), classifier.directions().getFirst());
        Classification result = classifier.classify(Embedding.of(0, 2));
        assertEquals(4 + 1, result.best().logit(), 1e-6);
        assertEquals(2, result.scores().get(1).logit(), 0);
    }

    @Test
    void aTemperatureDividesLogitsAndChangesNoOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        LinearClassifier classifier = LinearClassifier.of(
                LABELS, AXES, new float[] {100 * random.nextFloat(), 100 * random.nextFloat()}, new float[] {
                    random.nextFloat(), random.nextFloat()
                });
        LinearClassifier warmer = classifier.withThresholds(0.1f, 0.2f).withTemperature(2.5);
        Embedding picture = Embedding.of(random.nextFloat() + 0.1f, random.nextFloat());

        Classification cold = classifier.classify(picture);
        Classification warm = warmer.classify(picture);

        for (int i = 0; i < LABELS.size(); i++) {
            assertEquals(cold.scores().get(i).label(), warm.scores().get(i).label(), "seed " + seed);
            float expected = cold.scores().get(i).logit() / 2.5f;
            // a few roundings to float, each of 2^-24 relative
            assertEquals(expected, warm.scores().get(i).logit(), 1e-5 * (1 + Math.abs(expected)), "seed " + seed);
        }
        assertArrayEquals(new float[] {0.1f, 0.2f}, warmer.thresholds().orElseThrow());
    }

    @Test
    void acceptsTheBestLabelAboveItsThresholdAlone() {
        LinearClassifier classifier = LinearClassifier.of(LABELS, AXES, new float[] {100, 100}, new float[2])
                .withThresholds(0.9f, 0.5f);
        Embedding cat = Embedding.of(0.8f, 0.6f);
        Embedding dog = Embedding.of(0.6f, 0.8f);

        assertTrue(classifier.accepted(classifier.classify(cat)).isEmpty(), "0.8 is not above 0.9");
        assertEquals(
                "dog",
                classifier.accepted(classifier.classify(dog)).map(Score::label).orElseThrow());
        LinearClassifier exact = classifier.withThresholds(1, 1);
        assertTrue(exact.accepted(exact.classify(Embedding.of(1, 0))).isEmpty(), "a threshold has to be exceeded");
    }

    @Test
    void hasNoAnswerToUnknownPicturesWithoutThresholds() {
        LinearClassifier classifier = LinearClassifier.of(LABELS, AXES, new float[2], new float[2]);

        assertThrows(IllegalStateException.class, () -> classifier.accepted(classifier.classify(Embedding.of(1, 0))));
    }

    @ParameterizedTest
    @ValueSource(floats = {-1, Float.NaN, Float.POSITIVE_INFINITY})
    void refusesAScaleThatTurnsCosinesRound(float scale) {
        assertThrows(
                IllegalArgumentException.class,
                () -> LinearClassifier.of(LABELS, AXES, new float[] {1, scale}, new float[2]));
    }

    @ParameterizedTest
    @ValueSource(floats = {-1.1f, 1.1f, Float.NaN})
    void refusesAThresholdThatIsNoCosine(float threshold) {
        LinearClassifier classifier = LinearClassifier.of(LABELS, AXES, new float[2], new float[2]);

        assertThrows(IllegalArgumentException.class, () -> classifier.withThresholds(0, threshold));
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        float[] two = new float[2];
        List<Embedding> uneven = List.of(Embedding.of(1, 0), Embedding.of(1));
        assertThrows(IllegalArgumentException.class, () -> LinearClassifier.of(LABELS, uneven, two, two));
        assertThrows(IllegalArgumentException.class, () -> LinearClassifier.of(LABELS, AXES, new float[1], two));
        assertThrows(IllegalArgumentException.class, () -> LinearClassifier.of(LABELS, AXES, two, new float[3]));
        assertThrows(
                IllegalArgumentException.class,
                () -> LinearClassifier.of(LABELS, List.of(Embedding.of(1, 1), AXES.get(1)), two, two));
        assertThrows(
                IllegalArgumentException.class,
                () -> LinearClassifier.of(LABELS, AXES, two, new float[] {0, Float.NaN}));
        assertThrows(IllegalArgumentException.class, () -> LinearClassifier.of(List.of(), List.of(), two, two));
        assertThrows(IllegalArgumentException.class, () -> LinearClassifier.of(List.of("cat", "cat"), AXES, two, two));
        // finite each, and together beyond a float
        float[] most = {Float.MAX_VALUE, 1};
        assertEquals(
                "scale and bias: expected logits within a float's range, found 3.4028235E38 and 3.4028235E38 in row 0",
                assertThrows(IllegalArgumentException.class, () -> LinearClassifier.of(LABELS, AXES, most, most))
                        .getMessage());
        float[] half = {Float.MAX_VALUE / 2.1f, 1};
        assertTrue(Float.isFinite(LinearClassifier.of(LABELS, AXES, half, half)
                .classify(AXES.getFirst())
                .scores()
                .getFirst()
                .logit()));
        double[][] infinite = {{1, 0}, {Double.POSITIVE_INFINITY, 0}};
        assertThrows(IllegalArgumentException.class, () -> LinearClassifier.ofWeights(LABELS, infinite, new double[2]));
    }
}
