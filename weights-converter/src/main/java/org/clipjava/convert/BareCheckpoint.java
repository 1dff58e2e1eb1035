package org.clipjava.convert;

import java.util.List;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.convert.ConversionOptions.Resize;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;

/**
 * A model whose weights have no config beside them: its sizes follow from the tensors' shapes. What does not has to be told.
 */
record BareCheckpoint(CheckpointConfig model, Optional<Preprocessing> preprocessing) {
    /** Of OpenAI's and OpenCLIP's LayerNorms, and of Hugging Face's class. */
    private static final float LAYER_NORM_EPS = 1e-5f;

    /** A tower as it is published: its shapes, and the number of heads, which no shape tells. */
    private record Tower(int width, int mlpWidth, int layers, int heads) {}

    private static final List<Tower> VISION =
            List.of(new Tower(768, 3072, 12, 12), new Tower(1024, 4096, 24, 16), new Tower(1280, 5120, 32, 16));
    private static final List<Tower> TEXT =
            List.of(new Tower(512, 2048, 12, 8), new Tower(768, 3072, 12, 12), new Tower(1024, 4096, 24, 16));

    /**
     * @param options with what is known of the checkpoint already in them
     * @throws ConversionOptionException if they leave something open
     */
    static BareCheckpoint of(Checkpoint checkpoint, ConversionOptions options)
            throws ModelFormatException, ConversionOptionException {
        return new Shapes(checkpoint, new TensorSizes(checkpoint)).describe(options);
    }

    private record Shapes(Checkpoint checkpoint, TensorSizes sizes) {
        private BareCheckpoint describe(ConversionOptions options)
                throws ModelFormatException, ConversionOptionException {
            Answers answers = new Answers(checkpoint.file().toString());
            // a tower alone is told by there being nothing of the other
            boolean hasVision = checkpoint.hasVision() || !checkpoint.hasText();
            boolean hasText = checkpoint.hasText() || !checkpoint.hasVision();
            Optional<CheckpointConfig.Vision> vision =
                    hasVision ? Optional.of(vision(options, answers)) : Optional.empty();
            Optional<CheckpointConfig.Text> text = hasText ? Optional.of(text(options, answers)) : Optional.empty();
            Activation activation = answers.of(
                    Property.ACTIVATION, checkpoint.activation(), options.activation(), Activation.QUICK_GELU);
            Optional<Preprocessing> preprocessing =
                    hasVision ? Optional.of(preprocessing(vision.get(), options, answers)) : Optional.empty();
            answers.check();
            CheckpointConfig model = new CheckpointConfig(
                    projection(hasVision && hasText, hasVision),
                    new CheckpointConfig.Layers(activation, LAYER_NORM_EPS),
                    vision,
                    text);
            return new BareCheckpoint(model, preprocessing);
        }

        private Preprocessing preprocessing(CheckpointConfig.Vision vision, ConversionOptions options, Answers answers)
                throws ConversionOptionException {
            Preprocessing pixels = Preprocessing.of(
                    vision.imageSize(),
                    answers.of(Property.RESIZE, Optional.empty(), options.resize(), Resize.SHORTEST),
                    answers.of(Property.RESAMPLE, Optional.empty(), options.resampling(), Resampling.BICUBIC),
                    answers.of(Property.MEAN, Optional.empty(), options.mean(), ConversionOptions.CLIP_MEAN),
                    answers.of(Property.STD, Optional.empty(), options.std(), ConversionOptions.CLIP_STD));
            // whoever has OpenAI's names has its code
            return checkpoint.names() instanceof TensorNames.HuggingFace ? pixels : pixels.asTorchvision();
        }

        /** A tower alone may have no projection; then nobody asks for its width. */
        private int projection(boolean whole, boolean vision) throws ModelFormatException {
            String name = vision ? "visual_projection.weight" : "text_projection.weight";
            return whole || checkpoint.has(name) ? sizes.of(name, 0, 2) : 1;
        }

        private CheckpointConfig.Vision vision(ConversionOptions options, Answers answers)
                throws ModelFormatException, ConversionOptionException {
            String embeddings = "vision_model.embeddings.";
            int width = sizes.of(embeddings + "class_embedding", 0, 1);
            int patch = sizes.of(embeddings + "patch_embedding.weight", 3, 4);
            int tokens = sizes.of(embeddings + "position_embedding.weight", 0, 2);
            int side = (int) Math.sqrt(tokens - 1);
            if (side < 1 || side * side + 1 != tokens) {
                SourceTensor positions = sizes.tensor(embeddings + "position_embedding.weight");
                throw new ModelFormatException(
                        "%s: %s: expected a row for the class token and one for each patch of a square, found %s"
                                .formatted(positions.file(), positions.name(), positions.typeAndShape()));
            }
            int layers = sizes.layers("vision_model");
            int mlpWidth = sizes.of("vision_model.encoder.layers.0.mlp.fc1.weight", 0, 2);
            int heads = heads(VISION, width, mlpWidth, layers, Property.VISION_HEADS, options.visionHeads(), answers);
            return new CheckpointConfig.Vision(width, mlpWidth, layers, heads, Math.multiplyExact(side, patch), patch);
        }

        private CheckpointConfig.Text text(ConversionOptions options, Answers answers)
                throws ModelFormatException, ConversionOptionException {
            String embeddings = "text_model.embeddings.";
            int width = sizes.of(embeddings + "token_embedding.weight", 1, 2);
            int layers = sizes.layers("text_model");
            int mlpWidth = sizes.of("text_model.encoder.layers.0.mlp.fc1.weight", 0, 2);
            int heads = heads(TEXT, width, mlpWidth, layers, Property.TEXT_HEADS, options.textHeads(), answers);
            return new CheckpointConfig.Text(
                    width,
                    mlpWidth,
                    layers,
                    heads,
                    sizes.of(embeddings + "position_embedding.weight", 0, 2),
                    sizes.of(embeddings + "token_embedding.weight", 0, 2));
        }

        private int heads(
                List<Tower> published,
                int width,
                int mlpWidth,
                int layers,
                Property property,
                Optional<Integer> option,
                Answers answers)
                throws ModelFormatException, ConversionOptionException {
            Optional<Integer> known = published.stream()
                    .filter(tower -> tower.width == width && tower.mlpWidth == mlpWidth && tower.layers == layers)
                    .map(Tower::heads)
                    .findFirst();
            int heads = answers.of(property, known, option, 1);
            if (width % heads != 0) {
                throw new ConversionOptionException(
                        "%s: expected %s of which the tower's width, %d, is a multiple, found %d"
                                .formatted(checkpoint.file(), property.spelling(), width, heads),
                        List.of());
            }
            return heads;
        }
    }
}
