package org.clipjava.eval.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.eval.fit.ShotCurve.Method;
import org.junit.jupiter.api.Test;

class FewShotTest {
    private static final LabelledFeatures THREE = LabelledFeatures.of(
            List.of(Embedding.of(3, 0), Embedding.of(0, 5), Embedding.of(0, 0.1f)),
            new int[] {0, 0, 1},
            List.of("a", "b"));

    @Test
    void drawsTheSameNumberOfEachClass() {
        Random random = new Random(1);
        LabelledFeatures features = Clusters.of(4, 3, 1, random).draw(new int[] {9, 4, 30, 5}, random);

        int[] drawn = FewShot.draw(features, 4, 7L);

        assertArrayEquals(new int[] {4, 4, 4, 4}, features.select(drawn).counts());
        assertEquals(16, Arrays.stream(drawn).distinct().count());
        assertArrayEquals(drawn, FewShot.draw(features, 4, 7L), "the seed decides");
        assertFalse(Arrays.equals(drawn, FewShot.draw(features, 4, 8L)));
    }

    @Test
    void fewerShotsAreAmongMore() {
        Random random = new Random(1);
        LabelledFeatures features = Clusters.of(3, 3, 1, random).drawEach(20, random);

        Set<Integer> eight = set(FewShot.draw(features, 8, 7L));
        FewShot.Split two = FewShot.split(features, 2, 8, 7L);

        assertTrue(eight.containsAll(set(two.shots())));
        assertEquals(3 * 12, two.rest().length);
        for (int n : two.rest()) {
            assertFalse(eight.contains(n), "what is measured on is no example");
        }
    }

    @Test
    void namesTheClassThatIsTooSmall() {
        String message = assertThrows(IllegalArgumentException.class, () -> FewShot.draw(THREE, 2, 1L))
                .getMessage();

        assertEquals("class 'b': expected at least 2 pictures for as many shots, found 1", message);
    }

    @Test
    void aClassMeanIsOfUnitEmbeddings() {
        LinearClassifier classifier = FewShot.classMeans(THREE, 100);

        float half = (float) Math.sqrt(0.5);
        assertArrayEquals(
                new float[] {half, half}, classifier.directions().getFirst().toArray(), 1e-6f);
        assertArrayEquals(new float[] {0, 1}, classifier.directions().get(1).toArray(), 1e-6f);
        assertArrayEquals(new float[] {100, 100}, classifier.scale());
    }

    @Test
    void aBlendsLogitsAreBetweenThoseOfItsParts() {
        LinearClassifier text = LinearClassifier.of(
                THREE.classes(),
                List.of(Embedding.of(0.6f, 0.8f), Embedding.of(-1, 0)),
                new float[] {50, 50},
                new float[] {0.5f, 0});
        LinearClassifier means = FewShot.classMeans(THREE, 50);
        Embedding picture = Embedding.of(1, 0.3f);

        LinearClassifier blend = FewShot.blend(THREE, text, 0.3);

        for (String label : THREE.classes()) {
            double expected = 0.7 * logit(text, picture, label) + 0.3 * logit(means, picture, label);
            // logits of 50, and a few roundings to float of 2^-24 relative
            assertEquals(expected, logit(blend, picture, label), 5e-5);
        }
        assertThrows(IllegalArgumentException.class, () -> FewShot.blend(THREE, text, 1.5));
    }

    private static double logit(LinearClassifier classifier, Embedding picture, String label) {
        return classifier.classify(picture).scores().stream()
                .filter(score -> score.label().equals(label))
                .findFirst()
                .orElseThrow()
                .logit();
    }

    @Test
    void theBlendLeansToWhicheverIsBetter() {
        Random random = new Random(4);
        Clusters clusters = Clusters.of(8, 20, 1, random);
        LabelledFeatures shots = clusters.drawEach(8, random);
        LinearClassifier right = clusters.ideal(8, 100);
        List<Embedding> turned = new ArrayList<>(right.directions());
        turned.add(turned.removeFirst());
        LinearClassifier wrong = LinearClassifier.of(right.labels(), turned, right.scale(), right.bias());

        FewShot.Blend withWrong = FewShot.blend(shots, wrong, 1L);
        FewShot.Blend withNoise = FewShot.blend(clusters.draw(new int[] {2, 2, 2, 2, 2, 2, 2, 2}, random), right, 1L);

        assertTrue(withWrong.alpha() >= 0.6, "texts of other classes count for little: " + withWrong.alpha());
        assertTrue(withNoise.alpha() <= 0.9, "good texts count for something: " + withNoise.alpha());
        assertTrue(withWrong.trials().stream().anyMatch(trial -> trial.alpha() == 0 && trial.heldOutAccuracy() < 0.2));
    }

    @Test
    void oneShotIsBlendedByRule() {
        Random random = new Random(4);
        Clusters clusters = Clusters.of(3, 20, 1, random);

        FewShot.Blend blend = FewShot.blend(clusters.drawEach(1, random), clusters.ideal(3, 100), 1L);

        assertEquals(FewShot.DEFAULT_ALPHA, blend.alpha());
        assertEquals(List.of(), blend.trials());
    }

    @Test
    void refusesTextsOfOtherClasses() {
        Random random = new Random(4);
        Clusters clusters = Clusters.of(3, 20, 1, random);
        LabelledFeatures shots = clusters.drawEach(2, random);

        assertThrows(IllegalArgumentException.class, () -> FewShot.blend(shots, clusters.ideal(2, 100), 1L));
    }

    @Test
    void theCurveRisesWithTheExamples() {
        Random random = new Random(6);
        Clusters clusters = Clusters.of(6, 24, 2, random);
        LabelledFeatures features = clusters.drawEach(40, random);
        LinearClassifier blunt = Clusters.of(6, 24, 2, random).ideal(6, 100);
        List<Long> heard = new ArrayList<>();

        ShotCurve curve = ShotCurve.measure(features, blunt, new int[] {1, 4, 16}, new long[] {1, 2, 3}, heard::add);

        assertEquals(List.of(1L, 2L, 3L), heard);
        assertEquals(1 + 3 * 3, curve.points().size());
        for (Method method : List.of(Method.CLASS_MEANS, Method.LINEAR_PROBE)) {
            double one = point(curve, method, 1).mean();
            double many = point(curve, method, 16).mean();
            assertTrue(many > one + 0.1, method + ": " + one + " to " + many);
        }
        for (ShotCurve.Point point : curve.points()) {
            assertEquals(3, point.accuracies().size());
            assertTrue(point.low() <= point.mean() && point.mean() <= point.high(), point.toString());
        }
        assertEquals(curve, ShotCurve.measure(features, blunt, new int[] {1, 4, 16}, new long[] {1, 2, 3}, seed -> {}));
    }

    @Test
    void theIntervalIsStudentsT() {
        ShotCurve.Point point = ShotCurve.Point.of(Method.BLEND, 4, List.of(0.5, 0.6, 0.7));

        // standard deviation 0.1, t of 2 degrees of freedom 4.302653
        assertEquals(0.6, point.mean(), 1e-12);
        assertEquals(0.6 - 4.302653 * 0.1 / Math.sqrt(3), point.low(), 1e-6);
        assertEquals(0.6 + 4.302653 * 0.1 / Math.sqrt(3), point.high(), 1e-6);
    }

    @Test
    void theCurveAsksForAPictureToMeasureWith() {
        Random random = new Random(6);
        Clusters clusters = Clusters.of(2, 5, 1, random);
        LabelledFeatures features = clusters.draw(new int[] {9, 4}, random);
        LinearClassifier text = clusters.ideal(2, 100);

        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> ShotCurve.measure(features, text, new int[] {1, 4}, new long[] {1, 2}, seed -> {}))
                .getMessage();

        assertTrue(message.startsWith("class 'class 1': expected at least 5 pictures"), message);
        for (int[] shots : new int[][] {{}, {0}, {4, 1}, {2, 2}}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ShotCurve.measure(features, text, shots, new long[] {1, 2}, seed -> {}));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> ShotCurve.measure(features, text, new int[] {1}, new long[] {1}, seed -> {}));
    }

    private static ShotCurve.Point point(ShotCurve curve, Method method, int shots) {
        return curve.points().stream()
                .filter(point -> point.method() == method && point.shots() == shots)
                .findFirst()
                .orElseThrow();
    }

    private static Set<Integer> set(int[] values) {
        return Arrays.stream(values).boxed().collect(Collectors.toSet());
    }
}
