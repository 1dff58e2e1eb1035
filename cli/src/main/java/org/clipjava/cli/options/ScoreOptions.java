package org.clipjava.cli.options;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.clipjava.Classification;
import org.clipjava.Classification.Score;
import org.clipjava.Clip;
import org.clipjava.LinearClassifier;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.report.ClassificationWriter.Verdict;
import org.clipjava.cli.report.ScoreKind;
import org.clipjava.config.Scoring;
import picocli.CommandLine.Option;

/** {@code --scores}, {@code --threshold}, {@code --unknown} and {@code --top-k}: which scores of a picture are shown. */
public final class ScoreOptions {
    @Option(
            names = "--top-k",
            paramLabel = "K",
            description =
                    "Show the best K labels. Scores are over all labels. 1: one line for each picture. Default: all.")
    private Optional<Integer> topK = Optional.empty();

    @Option(
            names = "--scores",
            paramLabel = "KIND",
            description =
                    "softmax compares the labels; cosine and sigmoid are of each label alone, where a picture may "
                            + "show several. sigmoid is the model's own, or 50 %% at the threshold where it has none. "
                            + "Default: softmax; sigmoid for a model that was trained with it (SigLIP).")
    private Optional<ScoreKind> kind = Optional.empty();

    @Option(
            names = "--threshold",
            paramLabel = "COSINE",
            description =
                    "A label counts if its cosine is above this, -1 to 1. With softmax, says where the best label does "
                            + "not; else leaves out labels that do not.")
    private Optional<Float> threshold = Optional.empty();

    @Option(
            names = "--unknown",
            description =
                    "Say where a picture is none of the labels: its best label is not above that label's threshold, "
                            + "which 'clip calibrate' sets; without one, not above 50 %% of the model's own sigmoid.")
    private boolean unknown;

    /** What is shown of a picture. */
    public record Shown(List<Score> scores, Verdict verdict) {
        /** What it is taken for; empty if it is none of the labels. */
        public Optional<String> label() {
            return verdict == Verdict.UNKNOWN
                    ? Optional.empty()
                    : scores.stream().findFirst().map(Score::label);
        }
    }

    /** Complains before anything is loaded. */
    public void check() {
        if (topK.isPresent() && topK.get() < 1) {
            throw CommandFailure.usage("--top-k: expected at least 1, found " + topK.get());
        }
        if (threshold.isPresent() && !(threshold.get() >= -1 && threshold.get() <= 1)) {
            throw CommandFailure.usage("--threshold: expected a cosine, -1 to 1, found " + threshold.get());
        }
        if (threshold.isPresent() && unknown) {
            throw CommandFailure.usage("--threshold and --unknown: give one of the two");
        }
    }

    /**
     * What scores the pictures of a run.
     *
     * @param kind what a label's score is
     * @param own whether a sigmoid is the model's own
     * @param most labels of a picture
     */
    public record Scorer(LinearClassifier classifier, ScoreKind kind, boolean own, boolean asksForUnknown, int most) {

        /** What is shown of a picture. */
        public Shown shown(Classification classification) {
            if (kind == ScoreKind.SOFTMAX) {
                boolean known =
                        !asksForUnknown || classifier.accepted(classification).isPresent();
                return new Shown(classification.top(most), verdict(known));
            }
            float[] thresholds = asksForUnknown ? classifier.thresholds().orElseThrow() : new float[0];
            List<Score> scores = classification.scores().stream()
                    .filter(score -> thresholds.length == 0 || score.cosine() > threshold(score, thresholds))
                    .map(score -> kind == ScoreKind.COSINE
                            ? new Score(score.label(), score.cosine(), score.logit(), score.cosine())
                            : sigmoid(score, thresholds))
                    .sorted(Comparator.comparingDouble(Score::score).reversed())
                    .limit(most)
                    .toList();
            return new Shown(scores, verdict(!scores.isEmpty()));
        }

        private Verdict verdict(boolean known) {
            if (!asksForUnknown) {
                return Verdict.NOT_ASKED;
            }
            return known ? Verdict.KNOWN : Verdict.UNKNOWN;
        }

        private float threshold(Score score, float... thresholds) {
            return thresholds[classifier.labels().indexOf(score.label())];
        }

        private Score sigmoid(Score score, float... thresholds) {
            if (own) {
                return new Score(score.label(), (float) score.sigmoid(), score.logit(), score.cosine());
            }
            double scale = classifier.scale()[classifier.labels().indexOf(score.label())];
            double distance = scale * (score.cosine() - threshold(score, thresholds));
            return new Score(score.label(), (float) (1 / (1 + Math.exp(-distance))), score.logit(), score.cosine());
        }
    }

    /** Whether it is said that a picture is none of the labels. */
    public boolean asksForUnknown() {
        return unknown || threshold.isPresent();
    }

    /** Whether a picture has but one label. */
    public boolean areSingle() {
        return topK.equals(Optional.of(1));
    }

    /** What scores with this classifier, with the thresholds that count; complains of what the model and it do not have. */
    public Scorer scorer(Clip clip, LinearClassifier classifier, LabelsOrClassifier source) {
        boolean own = clip.config().isWhole()
                && clip.config().scoring() instanceof Scoring.Sigmoid
                && isOwn(classifier, clip);
        ScoreKind chosen = kind.orElse(own ? ScoreKind.SIGMOID : ScoreKind.SOFTMAX);
        if (chosen == ScoreKind.SIGMOID && !own && !asksForUnknown()) {
            throw CommandFailure.usage(
                    "--scores sigmoid: give --threshold, the cosine whose score is 50 %, or --unknown");
        }
        return new Scorer(
                withThresholds(classifier, clip, own, source),
                chosen,
                own,
                asksForUnknown(),
                topK.orElse(Integer.MAX_VALUE));
    }

    /** Whether it scores as the model itself does: a fitted one has its own scale or bias. */
    private static boolean isOwn(LinearClassifier classifier, Clip clip) {
        float[] scale = classifier.scale();
        float[] bias = classifier.bias();
        for (int i = 0; i < scale.length; i++) {
            if (scale[i] != clip.logitScale() || bias[i] != clip.logitBias()) {
                return false;
            }
        }
        return true;
    }

    private LinearClassifier withThresholds(
            LinearClassifier classifier, Clip clip, boolean own, LabelsOrClassifier source) {
        if (threshold.isEmpty() && (!unknown || classifier.thresholds().isPresent())) {
            return classifier;
        }
        if (threshold.isEmpty() && !own) {
            throw CommandFailure.usage(source.saved()
                    .map(file -> "--unknown: " + file
                            + " has no thresholds; give the file to 'clip calibrate --classifier', which sets them")
                    .orElse("--unknown needs thresholds: give the --classifier that 'clip calibrate' made, or"
                            + " --threshold"));
        }
        // a logit of 0 is 50 %
        float cosine = threshold.orElseGet(() -> Math.clamp(-clip.logitBias() / clip.logitScale(), -1f, 1f));
        float[] all = new float[classifier.labels().size()];
        Arrays.fill(all, cosine);
        return classifier.withThresholds(all);
    }
}
