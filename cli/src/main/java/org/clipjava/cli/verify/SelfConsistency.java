package org.clipjava.cli.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.cli.verify.Stage.Deviation;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.image.PixelTensor;

/**
 * Reaches a model's numbers in two ways that must lead to the same, for models of which nothing is published: one by one and
 * together, on plain Java and on vectors, from the weights as they are stored and from those widened to floats.
 */
public final class SelfConsistency {
    private static final int PICTURES = 3;

    private static final String CPU = "cpu";

    /**
     * Of the largest component. The engine's towers agree with the reference within 2e-5 of it (docs/architecture.md); two
     * ways may each be off by that, in opposite directions, and deep models by a little more.
     */
    private static final double SAME = 1e-4;

    /**
     * The same where activations are rounded to int8: where two ways differ in a last bit, an activation falls on a neighbouring level
     * here and there, of 255. That is what int8 has of accuracy (a cosine of 0.9995 is 0.03 of an embedding's length), and far from what
     * a fault would make. Rounding to bf16 costs less.
     */
    private static final double SAME_LEVELS = 0.05;

    private static final List<String> TEXTS =
            List.of("a photo of a cat", "a photo of a dog", "two people in front of a house, in the rain", "a", "");

    private final Subject subject;
    private final List<PixelTensor> pictures = new ArrayList<>();

    public SelfConsistency(Subject subject) {
        this.subject = subject;
        VisionConfig vision = subject.info().config().vision();
        int size = vision.imageSize();
        Random random = new Random(1);
        for (int i = 0; i < PICTURES; i++) {
            int narrower = vision.anyShape() ? Math.max(vision.patchSize(), size - i * vision.patchSize()) : size;
            float[] values = new float[3 * size * narrower];
            for (int k = 0; k < values.length; k++) {
                values[k] = random.nextFloat() * 4 - 2;
            }
            pictures.add(PixelTensor.of(size, narrower, values));
        }
    }

    /** All stages of a model file. */
    public static List<Stage> stages(ClipSubject subject) throws IOException {
        SelfConsistency consistency = new SelfConsistency(subject);
        List<Stage> stages = new ArrayList<>();
        stages.add(consistency.batch());
        stages.add(kernels(consistency, subject));
        stages.add(weights(consistency, subject));
        return stages;
    }

    /** Another way of computing: of the CPU's two kernels the other one; of any other backend the CPU. */
    private static Stage kernels(SelfConsistency consistency, ClipSubject subject) throws IOException {
        String backend = subject.clip().backend();
        if (!backend.equals(CPU)) {
            try (ClipSubject other = subject.on(subject.options().withBackend(CPU))) {
                return consistency.against("backend", backend + " against cpu", other);
            }
        }
        boolean vector = subject.clip().kernels().startsWith("vector");
        ClipOptions options = subject.options().withKernels(vector ? KernelChoice.SCALAR : KernelChoice.VECTOR);
        try (ClipSubject other = subject.on(options)) {
            return consistency.against("kernels", "scalar against vector", other);
        } catch (BackendUnavailableException e) {
            return Stage.skipped("kernels", "no vector kernels to compare with: " + e.getMessage());
        }
    }

    private static Stage weights(SelfConsistency consistency, ClipSubject subject) throws IOException {
        WeightType type = subject.clip().info().weightType();
        if (type == WeightType.F32) {
            return Stage.skipped("weights", "stored as f32 already");
        }
        try (ClipSubject widened = subject.widened()) {
            return consistency.against(
                    "weights", "as stored, " + type.spelling() + ", against widened to f32", widened);
        }
    }

    /** One by one against together: the same, to the last bit. */
    public Stage batch() {
        List<Embedding> together = embeddings(subject);
        List<Embedding> single = new ArrayList<>();
        for (PixelTensor picture : pictures) {
            single.addAll(subject.encodePixels(List.of(picture)));
        }
        for (String text : TEXTS) {
            single.addAll(subject.encodeTexts(List.of(text)));
        }
        Deviation deviation = deviation(single, together, 0);
        String detail = "together against one by one, bit for bit";
        return deviation.fits()
                ? Stage.passed("batch", detail, deviation)
                : Stage.failed(
                        "batch",
                        detail,
                        deviation,
                        "a result depends on what is computed beside it: a fault of this program, please report it");
    }

    /** The same model reached in another way. */
    public Stage against(String name, String detail, Subject other) {
        double allowed = subject.roundsActivations() ? SAME_LEVELS : SAME;
        Deviation deviation = deviation(embeddings(subject), embeddings(other), allowed);
        return deviation.fits()
                ? Stage.passed(name, detail, deviation)
                : Stage.failed(
                        name,
                        detail,
                        deviation,
                        "the two ways compute different things: a fault of this program or of this machine, please report it");
    }

    private List<Embedding> embeddings(Subject one) {
        List<Embedding> embeddings = new ArrayList<>(one.encodePixels(pictures));
        embeddings.addAll(one.encodeTexts(TEXTS));
        return embeddings;
    }

    /** The worst difference, relative to the largest component of the embedding that it is in. */
    private static Deviation deviation(List<Embedding> expected, List<Embedding> found, double allowed) {
        Deviation worst = new Deviation(0, allowed);
        for (int i = 0; i < expected.size(); i++) {
            double largest = 0;
            double difference = 0;
            for (int k = 0; k < expected.get(i).dimension(); k++) {
                double e = expected.get(i).get(k);
                double f = found.get(i).get(k);
                largest = Math.max(largest, Math.abs(e));
                double d = Math.abs(e - f);
                difference = Math.max(difference, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
            }
            worst = new Deviation(difference == 0 ? 0 : difference / largest, allowed).worse(worst);
        }
        return worst;
    }
}
