package org.clipjava.cli.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextPool;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelFileWriter;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.modelfile.RowSource;
import org.clipjava.modelfile.TensorSpec;
import org.clipjava.text.Vocabulary;

/** Writes a model anew with something changed, each weight as it is stored, widened to a float. */
final class ModelVariant {
    private static final String IMAGE_PROJECTION = "vision.projection";
    private static final String TEXT_PROJECTION = "text.projection";

    private final ModelFile file;
    private ClipConfig config;
    private TokenizerConfig tokenizer;
    private boolean imageTransposed;
    private boolean textTransposed;

    private ModelVariant(ModelFile file) {
        this.file = file;
        this.config = file.info().config();
        this.tokenizer = file.info().tokenizer();
    }

    /** Writes {@code model} with a change to {@code target}. */
    static void write(Path model, Change change, Path target) throws IOException {
        try (ModelFile file = ModelFile.open(model)) {
            ModelVariant variant = new ModelVariant(file);
            switch (change) {
                case Change.OtherActivation other -> variant.setActivation(other.activation());
                case Change.EndToken end -> variant.setEndToken(end.id());
                case Change.TransposedProjections projections -> {
                    variant.imageTransposed = projections.image();
                    variant.textTransposed = projections.text();
                }
            }
            variant.write(target);
        }
    }

    /** Writes {@code model} to {@code target} with nothing changed but the type of its weights. */
    static void writeWidened(Path model, Path target) throws IOException {
        try (ModelFile file = ModelFile.open(model)) {
            new ModelVariant(file).write(target);
        }
    }

    private void setActivation(Activation activation) {
        VisionConfig vision = config.vision();
        TextConfig text = config.text();
        config = ClipConfig.of(
                        vision.withTower(vision.tower().withActivation(activation)),
                        text.withTower(text.tower().withActivation(activation)),
                        config.embedDim())
                .withScoring(config.scoring());
    }

    private void setEndToken(int id) {
        TextConfig text = config.text();
        TextConfig pooled = TextConfig.of(
                        text.tower(), text.contextLength(), text.vocabularySize(), new TextPool.FirstOf(id))
                .withMask(text.mask())
                .withProjection(text.projection());
        if (text.padding().isPresent()) {
            pooled = pooled.withPadding(text.padding().getAsInt());
        }
        config = ClipConfig.of(config.vision(), pooled, config.embedDim()).withScoring(config.scoring());
        tokenizer = switch (tokenizer) {
            case TokenizerConfig.ClipBpe bpe ->
                new TokenizerConfig.ClipBpe(bpe.startToken(), id, bpe.cleaning(), bpe.added());
            case TokenizerConfig.Pieces pieces -> throw new IllegalStateException("only CLIP's tokens are read so");
            case TokenizerConfig.WordPiece words -> throw new IllegalStateException("only CLIP's tokens are read so");
        };
    }

    private void write(Path target) throws IOException {
        ModelInfo info = ModelInfo.of(config, tokenizer, file.info().preprocessing(), WeightType.F32)
                .withTemplate(file.info().template());
        // it was opened before, by the caller's rule
        ModelFileWriter writer = writer(info).allowNonFinite(true);
        for (TensorSpec tensor : writer.tensors()) {
            RowSource values = file.values(tensor);
            boolean transposed = (imageTransposed && tensor.name().equals(IMAGE_PROJECTION))
                    || (textTransposed && tensor.name().equals(TEXT_PROJECTION));
            writer.give(tensor, List.of(transposed ? new Transposed(values, tensor.rows()) : values));
        }
        writer.write(target, info, bytes -> {});
    }

    private ModelFileWriter writer(ModelInfo info) throws IOException {
        return switch (tokenizer) {
            case TokenizerConfig.ClipBpe bpe -> {
                Vocabulary own = file.vocabulary();
                yield ModelFileWriter.of(
                        info,
                        Vocabulary.parse(own.encodedTokens(), own.encodedMerges(), bpe.startToken(), bpe.endToken()));
            }
            case TokenizerConfig.Pieces pieces -> ModelFileWriter.of(info, file.pieces());
            case TokenizerConfig.WordPiece words -> ModelFileWriter.of(info, file.pieces());
        };
    }

    /**
     * A matrix, [O, K], whose numbers, in the order that they are in, are read as [K, O].
     *
     * @param outputs O
     */
    private record Transposed(RowSource matrix, int outputs) implements RowSource {
        @Override
        public String name() {
            return matrix.name();
        }

        @Override
        public long elements() {
            return matrix.elements();
        }

        @Override
        public void read(long first, float[] values) throws IOException {
            float[] all = new float[Math.toIntExact(elements())];
            matrix.read(0, all);
            int inputs = all.length / outputs;
            for (int i = 0; i < values.length; i++) {
                int at = Math.toIntExact(first + i);
                values[i] = all[at % inputs * outputs + at / inputs];
            }
        }
    }
}
