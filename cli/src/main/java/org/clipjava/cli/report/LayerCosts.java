package org.clipjava.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.Embedding;
import org.clipjava.Tower;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.image.PixelTensor;
import org.clipjava.text.TokenSequence;

/**
 * What each multiply of a narrow model costs when it alone is narrow and all others are f32, on some pictures and labels; and which have to
 * stay f32 for the worst cosine to reach a goal. Each takes a pass over all pictures, or over all labels.
 */
final class LayerCosts {
    /** What the worst cosine to f32 is to reach in each tower: the goal that int8 was made for. */
    static final double GOAL = 0.9995;

    private final MixedWeights weights;
    private final EncoderBackend backend;
    private final List<PixelTensor> pictures;
    private final List<TokenSequence> prompts;

    /**
     * One tower's deviation from f32.
     *
     * @param worst the least cosine of an embedding, picture or label, to that of f32
     * @param mean of these cosines
     * @param shift the largest difference of a picture's logit for a label
     * @param same pictures whose best label is that of f32
     */
    record Cost(double worst, double mean, double shift, int same) {}

    /** What one layer costs, alone. */
    record OfLayer(String name, Cost cost) {}

    /**
     * What has to stay f32.
     *
     * @param layers the fewest, the costliest first, that bring the worst cosine to {@link #GOAL}; empty if none have to
     * @param cost what all others cost then
     * @param bytes that the model becomes larger by
     */
    record Wide(Set<String> layers, Cost cost, long bytes) {}

    /**
     * All about one tower.
     *
     * @param layers in the model's order
     * @param all what all of them together cost
     */
    record OfTower(Tower tower, List<OfLayer> layers, Cost all, Wide wide) {
        OfLayer costliest() {
            return byCost(layers).getFirst();
        }
    }

    /**
     * @param pictures preprocessed, at least one
     * @param prompts of the labels, at least one
     */
    LayerCosts(MixedWeights weights, EncoderBackend backend, List<PixelTensor> pictures, List<TokenSequence> prompts) {
        this.weights = weights;
        this.backend = backend;
        this.pictures = pictures;
        this.prompts = prompts;
    }

    /** How many layers there are to measure. */
    int layers() {
        return (int) Arrays.stream(Tower.values()).flatMap(weights::narrow).count();
    }

    /**
     * Measures all layers of both towers; a tower that is f32 as a whole is left out.
     *
     * @param progress hears how many layers are done
     */
    List<OfTower> measure(IntConsumer progress) throws IOException {
        List<Embedding> exactPictures = encode(Tower.IMAGE, Set.of());
        List<Embedding> exactPrompts = encode(Tower.TEXT, Set.of());
        List<OfTower> towers = new ArrayList<>();
        int done = 0;
        for (Tower tower : Tower.values()) {
            Set<String> narrow = new LinkedHashSet<>(weights.narrow(tower).toList());
            if (narrow.isEmpty()) {
                continue;
            }
            Baseline baseline = new Baseline(tower, exactPictures, exactPrompts);
            List<OfLayer> layers = new ArrayList<>();
            for (String name : narrow) {
                layers.add(new OfLayer(name, baseline.cost(Set.of(name))));
                progress.accept(++done);
            }
            Cost all = baseline.cost(narrow);
            towers.add(new OfTower(tower, layers, all, wide(layers, all, baseline)));
        }
        return towers;
    }

    /** Costlier layers first, as few as do; how many is found by halving, as fewer narrow layers hardly ever cost more. */
    private Wide wide(List<OfLayer> layers, Cost all, Baseline baseline) throws IOException {
        if (all.worst >= GOAL) {
            return new Wide(Set.of(), all, 0);
        }
        List<String> names = byCost(layers).stream().map(OfLayer::name).toList();
        int tooFew = 0;
        int enough = names.size();
        Cost cost = baseline.cost(Set.of());
        while (enough - tooFew > 1) {
            int count = (tooFew + enough) / 2;
            Cost ofOthers = baseline.cost(Set.copyOf(names.subList(count, names.size())));
            if (ofOthers.worst >= GOAL) {
                enough = count;
                cost = ofOthers;
            } else {
                tooFew = count;
            }
        }
        Set<String> kept = new LinkedHashSet<>(names.subList(0, enough));
        return new Wide(kept, cost, weights.gain(kept));
    }

    private static List<OfLayer> byCost(List<OfLayer> layers) {
        return layers.stream()
                .sorted(Comparator.comparingDouble(layer -> layer.cost.worst))
                .toList();
    }

    private List<Embedding> encode(Tower tower, Set<String> narrow) throws IOException {
        try (Encoders encoders = backend.open(weights.of(tower, narrow))) {
            float[][] rows = tower == Tower.IMAGE
                    ? encoders.image().orElseThrow().encode(pictures)
                    : encoders.text().orElseThrow().encode(prompts);
            return Stream.of(rows).map(Embedding::of).toList();
        }
    }

    /** What a tower gives in f32, and the other tower to compare with. */
    private final class Baseline {
        private final Tower tower;
        private final List<Embedding> exactPictures;
        private final List<Embedding> exactPrompts;

        Baseline(Tower tower, List<Embedding> exactPictures, List<Embedding> exactPrompts) {
            this.tower = tower;
            this.exactPictures = exactPictures;
            this.exactPrompts = exactPrompts;
        }

        Cost cost(Set<String> narrow) throws IOException {
            List<Embedding> found = encode(tower, narrow);
            boolean ofPictures = tower == Tower.IMAGE;
            List<Embedding> exact = ofPictures ? exactPictures : exactPrompts;
            double[] cosines = IntStream.range(0, exact.size())
                    .mapToDouble(i -> exact.get(i).cosine(found.get(i)))
                    .toArray();
            double[][] before = logits(exactPictures, exactPrompts);
            double[][] after = logits(ofPictures ? found : exactPictures, ofPictures ? exactPrompts : found);
            double shift = 0;
            int same = 0;
            for (int picture = 0; picture < before.length; picture++) {
                for (int label = 0; label < before[picture].length; label++) {
                    shift = Math.max(shift, Math.abs(before[picture][label] - after[picture][label]));
                }
                same += best(before[picture]) == best(after[picture]) ? 1 : 0;
            }
            return new Cost(
                    Arrays.stream(cosines).min().orElseThrow(),
                    Arrays.stream(cosines).average().orElseThrow(),
                    shift,
                    same);
        }
    }

    /** Of each picture for each label, but for the bias, which all have. */
    private double[][] logits(List<Embedding> images, List<Embedding> labels) {
        double scale = Math.exp(weights.logitScale());
        return images.stream()
                .map(image -> labels.stream()
                        .mapToDouble(label -> scale * image.cosine(label))
                        .toArray())
                .toArray(double[][]::new);
    }

    private static int best(double[] logits) {
        return IntStream.range(0, logits.length)
                .boxed()
                .max(Comparator.comparingDouble(i -> logits[i]))
                .orElseThrow();
    }
}
