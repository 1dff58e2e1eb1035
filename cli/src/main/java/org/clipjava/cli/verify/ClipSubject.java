package org.clipjava.cli.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.config.WeightType;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.modelfile.ModelInfo;

/** A model file, on the engine. */
public final class ClipSubject implements Subject {
    /** The backend that multiplies bf16 in bf16. */
    private static final String MACHINE_CODE = "machinecode";

    private final Path model;
    private final ClipOptions options;
    private final Clip clip;

    private ClipSubject(Path model, ClipOptions options, Clip clip) {
        this.model = model;
        this.options = options;
        this.clip = clip;
    }

    /** Opens a model file, which must stay where it is. */
    public static ClipSubject open(Path model, ClipOptions options) throws IOException {
        return new ClipSubject(model, options, Clip.open(model, options));
    }

    /** The model with each weight, as it is stored, widened to a float. */
    ClipSubject widened() throws IOException {
        return rewritten(target -> ModelVariant.writeWidened(model, target));
    }

    @Override
    public Subject with(Change change) throws IOException {
        return rewritten(target -> ModelVariant.write(model, change, target));
    }

    private interface Rewriting {
        void to(Path target) throws IOException;
    }

    /** The weights are copied when a model is opened: its file need not outlive that. */
    private ClipSubject rewritten(Rewriting rewriting) throws IOException {
        Path folder = Files.createTempDirectory("clip-verify");
        Path target = folder.resolve("variant.safetensors");
        try {
            rewriting.to(target);
            return new ClipSubject(model, options, Clip.open(target, options));
        } finally {
            Files.deleteIfExists(target);
            Files.delete(folder);
        }
    }

    /** The same file on other kernels, or with other threads. */
    ClipSubject on(ClipOptions others) throws IOException {
        return open(model, others);
    }

    ClipOptions options() {
        return options;
    }

    Clip clip() {
        return clip;
    }

    @Override
    public ModelInfo info() {
        return clip.info();
    }

    @Override
    public boolean roundsActivations() {
        return Subject.super.roundsActivations()
                || (info().weightType() == WeightType.BF16 && clip.backend().equals(MACHINE_CODE));
    }

    @Override
    public float logitScale() {
        return clip.logitScale();
    }

    @Override
    public float logitBias() {
        return clip.logitBias();
    }

    @Override
    public List<Integer> tokens(String text) {
        return Arrays.stream(clip.tokenizer().encode(text).ids()).boxed().toList();
    }

    @Override
    public List<Embedding> encodeTexts(List<String> texts) {
        return clip.encodeTexts(texts);
    }

    @Override
    public List<Embedding> encodePixels(List<PixelTensor> pixels) {
        return clip.encodePixels(pixels);
    }

    @Override
    public PixelTensor preprocess(RgbImage picture) {
        return clip.preprocessor().preprocess(picture);
    }

    @Override
    public void close() {
        clip.close();
    }
}
