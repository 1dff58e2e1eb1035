package org.clipjava.cli.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.Embedding;
import org.clipjava.cli.verify.Published.ConstantPixels;
import org.clipjava.cli.verify.Published.Picture;
import org.clipjava.cli.verify.Published.TextRange;
import org.clipjava.cli.verify.Published.TextValues;
import org.clipjava.cli.verify.Published.Tokens;
import org.clipjava.cli.verify.Stage.Deviation;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.Projection;
import org.clipjava.config.TextPool;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.RgbImage;

/** Holds a model against published numbers, stage by stage. */
public final class Verification {
    private static final String UNKNOWN = "none of the known mistakes explains it; is it this checkpoint, and whole?";

    private final Subject subject;

    public Verification(Subject subject) {
        this.subject = subject;
    }

    /** Compares something with what it should be. */
    private interface Check {
        Deviation measure(Subject subject);
    }

    /**
     * How many weights there are.
     *
     * @param published if anything is known of the model
     */
    public Stage structure(Optional<Published> published) {
        long found = subject.info().parameters();
        String detail = "%,d parameters".formatted(found);
        if (published.isEmpty() || published.get().parameters().isEmpty()) {
            return Stage.passed("structure", detail + ", all of the shapes that the configuration asks for");
        }
        long expected = published.get().parameters().getAsLong();
        return found == expected
                ? Stage.passed("structure", detail)
                : Stage.failed(
                        "structure",
                        "expected %,d parameters, found %,d".formatted(expected, found),
                        "another architecture: "
                                + shape(
                                        "image",
                                        subject.info().config().vision().tower()) + ", "
                                + shape("text", subject.info().config().text().tower()) + ", projection "
                                + subject.info().config().embedDim() + "; convert the checkpoint that was meant");
    }

    private static String shape(String name, TowerConfig tower) {
        return "%s tower of width %d, %d layers, MLP %d"
                .formatted(name, tower.width(), tower.layers(), tower.mlpWidth());
    }

    /** What ids texts get. */
    public Stage tokenizer(List<Tokens> expected) {
        for (Tokens tokens : expected) {
            List<Integer> found = subject.tokens(tokens.text());
            if (!found.equals(tokens.ids())) {
                return Stage.failed(
                        "tokenizer",
                        "'%s': expected %s, found %s".formatted(tokens.text(), tokens.ids(), found),
                        tokenizerCause(tokens.ids(), found));
            }
        }
        return Stage.passed("tokenizer", expected.size() + " texts, all ids");
    }

    private static String tokenizerCause(List<Integer> expected, List<Integer> found) {
        if (expected.size() == found.size()) {
            int last = expected.size() - 1;
            if (expected.subList(0, last).equals(found.subList(0, last))) {
                return "wrong end token: " + found.getLast() + " where " + expected.getLast()
                        + " was meant; convert the checkpoint again (eos_token_id 2 in a config.json is a known"
                        + " mistake)";
            }
            if (expected.subList(1, expected.size()).equals(found.subList(1, found.size()))) {
                return "wrong start token: " + found.getFirst() + " where " + expected.getFirst()
                        + " was meant; convert the checkpoint again";
            }
        }
        return "another vocabulary: convert the checkpoint again with its own tokenizer.json";
    }

    /** Logits of pictures of one colour: the image tower and the text tower, without a picture's preprocessing. */
    public Stage pixels(List<ConstantPixels> expected) {
        List<Check> checks = new ArrayList<>();
        for (ConstantPixels pixels : expected) {
            checks.add(candidate -> measure(candidate, pixels));
        }
        return compared("pixels", "logits of pictures of one colour", checks, changes());
    }

    private static Deviation measure(Subject subject, ConstantPixels expected) {
        int size = subject.info().config().vision().imageSize();
        List<Embedding> pictures = subject.encodePixels(expected.values().stream()
                .map(value -> constant(size, value.floatValue()))
                .toList());
        List<Embedding> texts = subject.encodeTexts(expected.texts());
        Deviation worst = Deviation.NONE;
        for (int i = 0; i < pictures.size(); i++) {
            for (int j = 0; j < texts.size(); j++) {
                double logit = subject.logitScale() * pictures.get(i).cosine(texts.get(j)) + subject.logitBias();
                worst = Deviation.of(expected.logits().get(i).get(j), logit, expected.tolerance())
                        .worse(worst);
            }
        }
        return worst;
    }

    private static PixelTensor constant(int size, float value) {
        float[] values = new float[3 * size * size];
        Arrays.fill(values, value);
        return PixelTensor.of(size, size, values);
    }

    /** Embeddings of texts: the text tower alone. */
    public Stage texts(List<TextValues> expected, List<TextRange> ranges) {
        List<Check> checks = new ArrayList<>();
        for (TextValues text : expected) {
            checks.add(candidate -> measure(candidate, text));
        }
        for (TextRange range : ranges) {
            checks.add(candidate -> measure(candidate, range));
        }
        List<Change> changes = changes().stream()
                .filter(change -> !(change instanceof Change.TransposedProjections projections && projections.image()))
                .toList();
        return compared("texts", "embeddings of texts", checks, changes);
    }

    private static Deviation measure(Subject subject, TextValues expected) {
        Embedding raw = subject.encodeTexts(List.of(expected.text())).getFirst();
        Embedding embedding = expected.normalised() ? raw.normalized() : raw;
        Deviation worst = Deviation.NONE;
        for (int i = 0; i < expected.components().size(); i++) {
            worst = Deviation.of(expected.components().get(i), embedding.get(i), expected.tolerance())
                    .worse(worst);
        }
        return worst;
    }

    private static Deviation measure(Subject subject, TextRange expected) {
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (Embedding embedding : subject.encodeTexts(expected.texts())) {
            for (float component : embedding.toArray()) {
                least = Math.min(least, component);
                greatest = Math.max(greatest, component);
            }
        }
        return Deviation.of(expected.least(), least, expected.tolerance())
                .worse(Deviation.of(expected.greatest(), greatest, expected.tolerance()));
    }

    /**
     * A picture that the user has: everything.
     *
     * @param right what is to be done to the picture
     */
    public Stage picture(Picture expected, RgbImage picture, PreprocessorConfig right) {
        String name = "picture " + expected.name();
        Check check = candidate -> measure(candidate, expected, candidate.preprocess(picture));
        Deviation deviation = check.measure(subject);
        String detail = expected.probabilities() ? "probabilities" : "logits";
        if (deviation.fits()) {
            return Stage.passed(name, detail, deviation);
        }
        PixelTensor pixels = new ImagePreprocessor(right).preprocess(picture);
        if (measure(subject, expected, pixels).fits()) {
            String cause = PreprocessingMistake.of(subject.preprocess(picture), picture, right)
                    .orElse("another preprocessing than the checkpoint's");
            return Stage.failed(
                    name,
                    detail,
                    deviation,
                    cause + "; with the published preprocessing the numbers match: " + describe(right));
        }
        return compared(name, detail, List.of(check), changes());
    }

    private static String describe(PreprocessorConfig config) {
        String resize = switch (config.resize()) {
            case PreprocessorConfig.Resize.ShortestEdge edge -> "shortest_edge:" + edge.size();
            case PreprocessorConfig.Resize.Exact exact -> "exact:" + exact.height() + "x" + exact.width();
            case PreprocessorConfig.Resize.Patches patches -> "patches:" + patches.side() + ":" + patches.most();
            case PreprocessorConfig.Resize.None none -> "none";
        };
        String crop =
                config.crop().map(size -> size.height() + "x" + size.width()).orElse("none");
        return "resize %s, crop %s, resample %s, mean %s, std %s"
                .formatted(
                        resize, crop, config.resampling().name().toLowerCase(Locale.ROOT), config.mean(), config.std());
    }

    private static Deviation measure(Subject subject, Picture expected, PixelTensor pixels) {
        if (!subject.info().config().vision().reads(pixels.height(), pixels.width())) {
            return new Deviation(Double.POSITIVE_INFINITY, expected.tolerance());
        }
        Embedding picture = subject.encodePixels(List.of(pixels)).getFirst();
        List<Embedding> texts = subject.encodeTexts(expected.texts());
        double[] values = texts.stream()
                .mapToDouble(text -> subject.logitScale() * picture.cosine(text) + subject.logitBias())
                .toArray();
        if (expected.probabilities()) {
            softmax(values);
        }
        Deviation worst = Deviation.NONE;
        for (int i = 0; i < values.length; i++) {
            worst = Deviation.of(expected.values().get(i), values[i], expected.tolerance())
                    .worse(worst);
        }
        return worst;
    }

    private static void softmax(double[] values) {
        double largest = Arrays.stream(values).max().orElseThrow();
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.exp(values[i] - largest);
            sum += values[i];
        }
        for (int i = 0; i < values.length; i++) {
            values[i] /= sum;
        }
    }

    private Stage compared(String name, String detail, List<Check> checks, List<Change> changes) {
        Deviation deviation = measure(subject, checks);
        return deviation.fits()
                ? Stage.passed(name, detail, deviation)
                : Stage.failed(name, detail, deviation, cause(checks, changes));
    }

    /** The first change with which everything fits. */
    private String cause(List<Check> checks, List<Change> changes) {
        for (Change change : changes) {
            try (Subject changed = subject.with(change)) {
                if (measure(changed, checks).fits()) {
                    return change.cause();
                }
            } catch (IOException e) {
                return UNKNOWN + " (" + change.getClass().getSimpleName() + " could not be tried: " + e.getMessage()
                        + ")";
            }
        }
        return UNKNOWN;
    }

    private static Deviation measure(Subject subject, List<Check> checks) {
        Deviation worst = Deviation.NONE;
        for (Check check : checks) {
            worst = check.measure(subject).worse(worst);
        }
        return worst;
    }

    /** What may have been got wrong, each by itself. */
    private List<Change> changes() {
        ClipConfig config = subject.info().config();
        List<Change> changes = new ArrayList<>();
        for (Activation activation : Activation.values()) {
            if (activation != config.vision().tower().activation()) {
                changes.add(new Change.OtherActivation(activation));
            }
        }
        changes.add(new Change.TransposedProjections(false, true));
        if (config.vision().projection() != Projection.NONE) {
            changes.add(new Change.TransposedProjections(true, false));
            changes.add(new Change.TransposedProjections(true, true));
        }
        // In CLIP's vocabulary it is the last one.
        int end = config.text().vocabularySize() - 1;
        if (subject.info().tokenizer() instanceof TokenizerConfig.ClipBpe
                && config.text().pool() instanceof TextPool.FirstOf
                && !config.text().pool().equals(new TextPool.FirstOf(end))) {
            changes.add(new Change.EndToken(end));
        }
        return changes;
    }
}
