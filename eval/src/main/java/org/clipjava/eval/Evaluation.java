package org.clipjava.eval;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;

/**
 * How a model classified labelled pictures, by one or more sets of templates.
 *
 * <pre>{@code
 * LabelledImages images = LabelledImages.ofFolders(Path.of("imagenette2-320/val"), LabelMap.builtIn("imagenette").orElseThrow());
 * EmbeddingPass pass = EmbeddingPass.of(clip, ImageDecoder.standard());
 * Evaluation evaluation = Evaluation.run(pass, images, List.of(TemplateSet.builtIn("article").orElseThrow()), done -> {});
 * double acc1 = Accuracy.of(evaluation.results().getFirst().predictions()).acc1().value();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @param labels K
 * @param results one for each set, in their order
 * @param broken what could not be read, in the pictures' order
 */
public record Evaluation(List<String> labels, List<Result> results, List<BrokenImage> broken) {
    /** So many of the worst mistakes are kept. */
    public static final int MISTAKES = 24;

    private static final EmbeddingPass.Listener NO_ONE = new EmbeddingPass.Listener() {
        @Override
        public void embedded(int index, LabelledImage image, Embedding embedding) {}

        @Override
        public void broken(int index, LabelledImage image, BrokenImage why) {}
    };

    /** Copies the lists. */
    public Evaluation {
        labels = List.copyOf(labels);
        results = List.copyOf(results);
        broken = List.copyOf(broken);
    }

    /**
     * How one set of templates did.
     *
     * @param classifier the labels in these templates
     * @param worst the most confident mistakes, the worst first, at most {@link #MISTAKES}
     */
    public record Result(
            TemplateSet templates, LinearClassifier classifier, Predictions predictions, List<Mistake> worst) {
        /** Copies the list. */
        public Result {
            worst = List.copyOf(worst);
        }
    }

    /** How many pictures could be read. */
    public int pictures() {
        return results.getFirst().predictions().count();
    }

    /** Hears how far it is. */
    public interface Progress {
        /** So many pictures are done, broken ones included. */
        void done(int pictures);
    }

    /** Encodes the labels in each set's templates, and goes through the pictures once. */
    public static Evaluation run(EmbeddingPass pass, LabelledImages images, List<TemplateSet> sets, Progress progress)
            throws IOException, InterruptedException {
        return run(pass, images, sets, progress, NO_ONE);
    }

    /** The same; a listener hears of every picture as well, so that what it needs embeddings for takes no pass of its own. */
    public static Evaluation run(
            EmbeddingPass pass,
            LabelledImages images,
            List<TemplateSet> sets,
            Progress progress,
            EmbeddingPass.Listener listener)
            throws IOException, InterruptedException {
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("expected at least one set of templates");
        }
        List<Scorer> scorers = new ArrayList<>();
        for (TemplateSet set : sets) {
            scorers.add(new Scorer(pass.clip(), images, set));
        }
        Map<Integer, BrokenImage> broken = new TreeMap<>();
        pass.run(images, new EmbeddingPass.Listener() {
            private int done;

            @Override
            public void embedded(int index, LabelledImage image, Embedding embedding) throws IOException {
                listener.embedded(index, image, embedding);
                for (Scorer scorer : scorers) {
                    scorer.score(index, image, embedding);
                }
                progress.done(++done);
            }

            @Override
            public void broken(int index, LabelledImage image, BrokenImage why) throws IOException {
                listener.broken(index, image, why);
                broken.put(index, why);
                progress.done(++done);
            }
        });
        return new Evaluation(
                images.labels(), scorers.stream().map(Scorer::result).toList(), List.copyOf(broken.values()));
    }

    /** Scores by one set. */
    private static final class Scorer {
        private final TemplateSet set;
        private final LinearClassifier classifier;
        private final Map<String, Integer> indices = new HashMap<>();
        private final Predictions predictions;
        private final PriorityQueue<Mistake> worst = new PriorityQueue<>(Mistake.WORST_FIRST.reversed());

        Scorer(Clip clip, LabelledImages images, TemplateSet set) {
            List<String> labels = images.labels();
            this.set = set;
            this.classifier = images.classifier(clip, set.templates());
            this.predictions = new Predictions(labels.size(), images.count());
            for (int i = 0; i < labels.size(); i++) {
                indices.put(labels.get(i), i);
            }
        }

        void score(int index, LabelledImage image, Embedding embedding) {
            Classification classification = classifier.classify(embedding);
            predictions.set(index, image.label(), classification.top(Predictions.KEPT), indices);
            if (!predictions.right(index)) {
                worst.add(new Mistake(
                        index,
                        image.file(),
                        image.label(),
                        predictions.predicted(index),
                        predictions.confidence(index)));
                if (worst.size() > MISTAKES) {
                    worst.remove();
                }
            }
        }

        Result result() {
            return new Result(
                    set,
                    classifier,
                    predictions,
                    worst.stream().sorted(Mistake.WORST_FIRST).toList());
        }
    }
}
