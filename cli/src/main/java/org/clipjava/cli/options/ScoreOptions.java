package org.clipjava.cli.options;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.clipjava.Classification;
import org.clipjava.Classification.Score;
import org.clipjava.LinearClassifier;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.report.ClassificationWriter.Verdict;
import org.clipjava.cli.report.ScoreKind;
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
                            + "show several. sigmoid is 50 %% at the threshold. Default: ${DEFAULT-VALUE}.")
    private ScoreKind kind = ScoreKind.SOFTMAX;

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
                            + "which 'clip calibrate' sets.")
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
    public void check(LabelsOrClassifier source) {
        if (topK.isPresent() && topK.get() < 1) {
            throw CommandFailure.usage("--top-k: expected at least 1, found " + topK.get());
        }
        if (threshold.isPresent() && !(threshold.get() >= -1 && threshold.get() <= 1)) {
            throw CommandFailure.usage("--threshold: expected a cosine, -1 to 1, found " + threshold.get());
        }
        if (threshold.isPresent() && unknown) {
            throw CommandFailure.usage("--threshold and --unknown: give one of the two");
        }
        if (unknown && source.saved().isEmpty()) {
            throw CommandFailure.usage("--unknown needs thresholds: give the --classifier that 'clip calibrate' made, "
                    + "or --threshold");
        }
        if (kind == ScoreKind.SIGMOID && threshold.isEmpty() && !unknown) {
            throw CommandFailure.usage(
                    "--scores sigmoid: give --threshold, the cosine whose score is 50 %, or --unknown");
        }
    }

    /** The same classifier with the thresholds that count. */
    public LinearClassifier with(LinearClassifier classifier, LabelsOrClassifier source) {
        if (threshold.isPresent()) {
            float[] all = new float[classifier.labels().size()];
            Arrays.fill(all, threshold.get());
            return classifier.withThresholds(all);
        }
        if (unknown && classifier.thresholds().isEmpty()) {
            throw CommandFailure.usage("--unknown: " + source.saved().orElseThrow()
                    + " has no thresholds; give the file to 'clip calibrate --classifier', which sets them");
        }
        return classifier;
    }

    /** Whether it is said that a picture is none of the labels. */
    public boolean asksForUnknown() {
        return unknown || threshold.isPresent();
    }

    public ScoreKind kind() {
        return kind;
    }

    /** Whether a picture has but one label. */
    public boolean areSingle() {
        return topK.equals(Optional.of(1));
    }

    public Shown shown(LinearClassifier classifier, Classification classification) {
        int most = topK.orElse(Integer.MAX_VALUE);
        if (kind == ScoreKind.SOFTMAX) {
            boolean known =
                    !asksForUnknown() || classifier.accepted(classification).isPresent();
            return new Shown(classification.top(most), verdict(known));
        }
        float[] thresholds = asksForUnknown() ? classifier.thresholds().orElseThrow() : new float[0];
        List<Score> scores = classification.scores().stream()
                .filter(score -> thresholds.length == 0 || score.cosine() > threshold(classifier, score, thresholds))
                .map(score -> kind == ScoreKind.COSINE
                        ? new Score(score.label(), score.cosine(), score.logit(), score.cosine())
                        : sigmoid(classifier, score, thresholds))
                .sorted(Comparator.comparingDouble(Score::score).reversed())
                .limit(most)
                .toList();
        return new Shown(scores, verdict(!scores.isEmpty()));
    }

    private Verdict verdict(boolean known) {
        if (!asksForUnknown()) {
            return Verdict.NOT_ASKED;
        }
        return known ? Verdict.KNOWN : Verdict.UNKNOWN;
    }

    private static float threshold(LinearClassifier classifier, Score score, float... thresholds) {
        return thresholds[classifier.labels().indexOf(score.label())];
    }

    private static Score sigmoid(LinearClassifier classifier, Score score, float... thresholds) {
        double scale = classifier.scale()[classifier.labels().indexOf(score.label())];
        double distance = scale * (score.cosine() - threshold(classifier, score, thresholds));
        return new Score(score.label(), (float) (1 / (1 + Math.exp(-distance))), score.logit(), score.cosine());
    }
}
