package org.clipjava.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.eval.metrics.Accuracy;
import org.clipjava.eval.metrics.ConfusionMatrix;
import org.clipjava.eval.metrics.PairedComparison;
import org.clipjava.eval.metrics.Reliability;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
    private static Clip clip;

    @TempDir
    Path folder;

    @BeforeAll
    static void opensTheModel() throws IOException {
        clip = Pictograms.model();
    }

    @AfterAll
    static void closesTheModel() {
        clip.close();
    }

    /** From embeddings on, everything is computed anew here, in double and without the classes that are tested. */
    @Tag("thorough")
    @Test
    void computesWhatCanBeRecomputedFromEmbeddings() throws Exception {
        LabelledImages images = LabelledImages.ofList(Pictograms.list(), LabelMap.identity());
        List<TemplateSet> sets = sets("article", "none", "openai-7");
        Evaluation evaluation = Evaluation.run(Pictograms.pass(clip, Optional.empty()), images, sets, done -> {});
        List<LabelledImage> all = Pictograms.all(images);
        List<double[]> pictures = new ArrayList<>();
        for (LabelledImage image : all) {
            pictures.add(unit(clip.encodeImage(ImageDecoder.standard().decode(image.file()))));
        }
        boolean[][] right = new boolean[sets.size()][];
        for (int s = 0; s < sets.size(); s++) {
            TemplateSet set = sets.get(s);
            List<double[]> labels =
                    images.labels().stream().map(label -> labelled(label, set)).toList();
            right[s] = check(evaluation.results().get(s), all, pictures, labels);
        }
        for (int s = 1; s < sets.size(); s++) {
            int both = s;
            PairedComparison comparison = PairedComparison.of(
                    evaluation.results().getFirst().predictions(),
                    evaluation.results().get(s).predictions(),
                    1);
            assertEquals(
                    IntStream.range(0, all.size())
                            .filter(i -> right[0][i] && !right[both][i])
                            .count(),
                    comparison.onlyFirst());
            assertEquals(
                    IntStream.range(0, all.size())
                            .filter(i -> !right[0][i] && right[both][i])
                            .count(),
                    comparison.onlySecond());
        }
        assertEquals(100, evaluation.results().getFirst().predictions().count());
    }

    private static boolean[] check(
            Evaluation.Result result, List<LabelledImage> all, List<double[]> pictures, List<double[]> labels) {
        int n = all.size();
        int k = labels.size();
        boolean[] right = new boolean[n];
        double[] confidences = new double[n];
        int amongFive = 0;
        int[][] confusion = new int[k][k];
        for (int i = 0; i < n; i++) {
            double[] logits = new double[k];
            int best = 0;
            for (int j = 0; j < k; j++) {
                logits[j] = clip.logitScale() * dot(pictures.get(i), labels.get(j));
                best = logits[j] > logits[best] ? j : best;
            }
            double sum = 0;
            int better = 0;
            for (int j = 0; j < k; j++) {
                sum += Math.exp(logits[j] - logits[best]);
                better += logits[j] > logits[all.get(i).label()] ? 1 : 0;
            }
            confidences[i] = 1 / sum;
            right[i] = best == all.get(i).label();
            amongFive += better < 5 ? 1 : 0;
            confusion[all.get(i).label()][best]++;
        }
        Predictions predictions = result.predictions();
        ConfusionMatrix matrix = ConfusionMatrix.of(predictions);
        double recalls = 0;
        int classes = 0;
        for (int j = 0; j < k; j++) {
            int row = 0;
            for (int l = 0; l < k; l++) {
                assertEquals(confusion[j][l], matrix.count(j, l));
                row += confusion[j][l];
            }
            recalls += row == 0 ? 0 : (double) confusion[j][j] / row;
            classes += row == 0 ? 0 : 1;
        }
        Accuracy accuracy = Accuracy.of(predictions);
        int hits = 0;
        for (boolean hit : right) {
            hits += hit ? 1 : 0;
        }
        assertEquals(hits, accuracy.acc1().hits());
        assertEquals(amongFive, accuracy.acc5().orElseThrow().hits());
        assertEquals(recalls / classes, accuracy.meanPerClassRecall(), 1e-12);
        double ece = 0;
        for (int bin = 0; bin < 15; bin++) {
            double difference = 0; // of the sums over the bin, so that it is weighted by its pictures already
            for (int i = 0; i < n; i++) {
                if (confidences[i] > bin / 15.0 && confidences[i] <= (bin + 1) / 15.0) {
                    difference += (right[i] ? 1 : 0) - confidences[i];
                }
            }
            ece += Math.abs(difference) / n;
        }
        // confidences are kept as floats, and unit vectors were rounded to floats: 2^-24 times a logit of up to 100
        assertEquals(ece, Reliability.of(predictions).expectedCalibrationError(), 1e-5);
        for (int i = 0; i < n; i++) {
            assertEquals(right[i], predictions.right(i));
            assertEquals(confidences[i], predictions.confidence(i), 1e-5);
        }
        Mistake worst = result.worst().getFirst();
        for (int i = 0; i < n; i++) {
            assertTrue(right[i] || confidences[i] <= worst.confidence() + 1e-5);
        }
        assertEquals(all.get(worst.index()).file(), worst.file());
        return right;
    }

    @Tag("thorough")
    @Test
    void givesTheSameResultAfterAnInterruption() throws Exception {
        LabelledImages images = LabelledImages.ofList(Pictograms.list(), LabelMap.identity());
        Evaluation whole = Evaluation.run(Pictograms.pass(clip, Optional.empty()), images, sets("article"), done -> {});
        for (int stop : new int[] {1, 30}) {
            Path cacheFolder = folder.resolve("cache-" + stop);
            try (EmbeddingCache cache = EmbeddingCache.open(cacheFolder, clip)) {
                assertThrows(
                        Interruption.class,
                        () -> Evaluation.run(
                                Pictograms.pass(clip, Optional.of(cache)), images, sets("article"), done -> {
                                    if (done == stop) {
                                        throw new Interruption();
                                    }
                                }));
                assertTrue(cache.size() >= stop && cache.size() < 100, cache.size() + " after " + stop);
            }
            try (EmbeddingCache cache = EmbeddingCache.open(cacheFolder, clip)) {
                AtomicInteger last = new AtomicInteger();
                Evaluation resumed =
                        Evaluation.run(Pictograms.pass(clip, Optional.of(cache)), images, sets("article"), last::set);
                assertEquals(100, last.get());
                same(whole, resumed);
            }
        }
    }

    @Test
    void encodesNothingThatIsInTheCache() throws Exception {
        LabelledImages images = LabelledImages.ofList(Pictograms.list(), LabelMap.identity());
        try (EmbeddingCache cache = EmbeddingCache.open(folder, clip)) {
            Evaluation first =
                    Evaluation.run(Pictograms.pass(clip, Optional.of(cache)), images, sets("article"), done -> {});
            ImageDecoder none = new ImageDecoder() {
                @Override
                public RgbImage decode(byte[] encoded, String name) {
                    throw new IllegalStateException(name + " is decoded");
                }

                @Override
                public String identity(EncodedImage encoded) {
                    return "";
                }
            };
            EmbeddingPass pass = EmbeddingPass.of(clip, none).withThreads(1).withCache(cache);
            same(first, Evaluation.run(pass, images, sets("article"), done -> {}));
        }
    }

    @Test
    void namesBrokenPicturesAndCountsTheOthers() throws Exception {
        List<String> lines = Files.readAllLines(Pictograms.list()).subList(1, 101);
        StringBuilder list = new StringBuilder();
        List<Path> broken = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String[] parts = lines.get(i).split(",", 2);
            if (i % 10 == 3) {
                Path file = folder.resolve("broken-" + i + ".jpg");
                if (i < 80) {
                    Files.writeString(file, i < 40 ? "" : "no picture");
                } else if (i == 83) {
                    Files.copy(TestData.committed().path("images/truncated.jpg"), file);
                } // the last is not there at all
                broken.add(file);
                list.append(file).append('\t').append(parts[1]).append('\n');
            }
            list.append(TestData.committed().path("pictograms/" + parts[0]))
                    .append('\t')
                    .append(parts[1])
                    .append('\n');
        }
        LabelledImages images =
                LabelledImages.ofList(Files.writeString(folder.resolve("list.tsv"), list), LabelMap.identity());
        Evaluation evaluation =
                Evaluation.run(Pictograms.pass(clip, Optional.empty()), images, sets("article"), done -> {});
        assertEquals(110, images.count());
        assertEquals(broken, evaluation.broken().stream().map(BrokenImage::file).toList());
        assertEquals("no such file", evaluation.broken().getLast().reason());
        Evaluation whole = Evaluation.run(
                Pictograms.pass(clip, Optional.empty()),
                LabelledImages.ofList(Pictograms.list(), LabelMap.identity()),
                sets("article"),
                done -> {});
        assertEquals(
                Accuracy.of(whole.results().getFirst().predictions()),
                Accuracy.of(evaluation.results().getFirst().predictions()));
    }

    @Test
    void reportsAListThatBreaksOffMeanwhile() throws Exception {
        Path list = Files.writeString(
                folder.resolve("list.tsv"),
                TestData.committed().path("pictograms/banana.jpg") + "\tbanana\nb.png\tbathtub\n");
        LabelledImages images = LabelledImages.ofList(list, LabelMap.identity());
        Files.writeString(list, "nonsense\n");
        DatasetException e = assertThrows(
                DatasetException.class,
                () -> Evaluation.run(Pictograms.pass(clip, Optional.empty()), images, sets("article"), done -> {}));
        assertEquals(list + ", line 1: expected file TAB label, found 1 field", e.getMessage());
    }

    /** What stops a run. */
    private static final class Interruption extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static void same(Evaluation expected, Evaluation found) {
        for (int s = 0; s < expected.results().size(); s++) {
            Predictions one = expected.results().get(s).predictions();
            Predictions other = found.results().get(s).predictions();
            assertEquals(one.size(), other.size());
            for (int i = 0; i < one.size(); i++) {
                assertEquals(one.predicted(i), other.predicted(i));
                assertEquals(one.rank(i), other.rank(i));
                assertEquals(one.confidence(i), other.confidence(i), "picture " + i);
            }
            assertEquals(
                    expected.results().get(s).worst(), found.results().get(s).worst());
        }
        assertEquals(expected.broken(), found.broken());
    }

    private static List<TemplateSet> sets(String... names) {
        List<TemplateSet> sets = new ArrayList<>();
        for (String name : names) {
            sets.add(TemplateSet.builtIn(name).orElseThrow());
        }
        return sets;
    }

    private static double[] labelled(String label, TemplateSet set) {
        double[] mean = new double[clip.config().embedDim()];
        for (Embedding embedding : clip.encodeTexts(
                set.templates().stream().map(template -> template.format(label)).toList())) {
            double[] unit = unit(embedding);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += unit[i] / set.templates().size();
            }
        }
        return unit(mean);
    }

    private static double[] unit(Embedding embedding) {
        double[] values = new double[embedding.dimension()];
        for (int i = 0; i < values.length; i++) {
            values[i] = embedding.get(i);
        }
        return unit(values);
    }

    private static double[] unit(double[] values) {
        double norm = Math.sqrt(dot(values, values));
        double[] unit = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            unit[i] = values[i] / norm;
        }
        return unit;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
