package org.clipjava.convert;

import java.util.List;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.config.ImagePool;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TokenizerConfig.Pieces.Algorithm;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.convert.ConversionOptions.Resize;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;

/** A SigLIP as big_vision publishes it: arrays without a config, whose shapes say nearly everything. */
record BigVision(SiglipConfig model, Optional<Preprocessing> preprocessing) {
    /** Of Flax's LayerNorms. */
    private static final float EPS = 1e-6f;

    /** Sides of the pictures of all that were published, in pixels. */
    private static final List<Integer> SIDES = List.of(224, 256, 378, 384, 512);

    /**
     * @param tokens of a text tower
     * @throws ConversionOptionException if the options contradict it, or leave something open
     */
    static BigVision of(Checkpoint checkpoint, Optional<CheckpointTokens.OfPieces> tokens, ConversionOptions options)
            throws ModelFormatException, ConversionOptionException {
        try {
            return new Shapes(checkpoint, new TensorSizes(checkpoint)).describe(tokens, options);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(checkpoint.file() + ": " + e.getMessage(), e);
        }
    }

    private record Shapes(Checkpoint checkpoint, TensorSizes sizes) {
        private BigVision describe(Optional<CheckpointTokens.OfPieces> tokens, ConversionOptions options)
                throws ModelFormatException, ConversionOptionException {
            String where = checkpoint.file().toString();
            Answers answers = new Answers(where);
            answers.confirm(Property.ACTIVATION, Activation.GELU_TANH, options.activation());
            Optional<VisionConfig> vision = Optional.empty();
            Optional<Preprocessing> preprocessing = Optional.empty();
            if (checkpoint.hasVision()) {
                VisionConfig tower = vision(options, answers);
                vision = Optional.of(tower);
                preprocessing = Optional.of(preprocessing(tower, where, tokens, options, answers));
            }
            Optional<TextConfig> text = Optional.empty();
            if (checkpoint.hasText()) {
                text = Optional.of(text());
                answers.confirm(Property.TEXT_HEADS, text.get().tower().heads(), options.textHeads());
            }
            answers.check();
            int embedDim = vision.isPresent()
                    ? vision.get().tower().width()
                    : checkpoint.has("text_model.head.weight")
                            ? sizes.of("text_model.head.weight", 0, 2)
                            : text.orElseThrow().tower().width();
            return new BigVision(new SiglipConfig(vision, text, embedDim, where), preprocessing);
        }

        private VisionConfig vision(ConversionOptions options, Answers answers)
                throws ModelFormatException, ConversionOptionException {
            // a linear layer of pixels, and not a convolution, is that of pictures of any shape
            boolean anyShape = sizes.tensor(TensorSizes.PATCHES).shape().size() == 2;
            TowerConfig tower = tower("vision_model", sizes.of(TensorSizes.PATCHES, 0, anyShape ? 2 : 4));
            answers.confirm(Property.VISION_HEADS, tower.heads(), options.visionHeads());
            int patch = anyShape ? sizes.patchSide() : sizes.of(TensorSizes.PATCHES, 3, 4);
            int side = sizes.positionSide();
            int size = anyShape ? side * patch : imageSize(side, patch, options, answers);
            return VisionConfig.of(tower, size, patch)
                    .withAnyShape(anyShape)
                    .withPatchBias(true)
                    .withLnPre(false)
                    .withPool(
                            new ImagePool.Attention(
                                    heads("vision_model.head.attention.q_proj.weight"),
                                    sizes.of("vision_model.head.mlp.fc1.weight", 0, 2)),
                            false)
                    .withProjection(Projection.NONE);
        }

        /** That of the only published model with such a grid; patches of 14 leave it open, as do models of another size. */
        private int imageSize(int side, int patch, ConversionOptions options, Answers answers)
                throws ModelFormatException, ConversionOptionException {
            int least = Math.multiplyExact(side, patch);
            List<Integer> known =
                    SIDES.stream().filter(size -> size / patch == side).toList();
            int size = answers.of(
                    Property.IMAGE_SIZE,
                    Optional.empty(),
                    options.imageSize().or(() -> known.size() == 1 ? Optional.of(known.getFirst()) : Optional.empty()),
                    least);
            if (size / patch != side) {
                throw new ConversionOptionException(
                        "%s: expected %s from %d to %d for %d patches of %d, found %d"
                                .formatted(
                                        checkpoint.file(),
                                        Property.IMAGE_SIZE.spelling(),
                                        least,
                                        least + patch - 1,
                                        side * side,
                                        patch,
                                        size),
                        List.of());
            }
            return size;
        }

        private TextConfig text() throws ModelFormatException {
            String embeddings = "text_model.embeddings.";
            TowerConfig tower = tower("text_model", sizes.of(embeddings + "token_embedding.weight", 1, 2));
            return TextConfig.of(
                            tower,
                            sizes.of(embeddings + "position_embedding.weight", 0, 2),
                            sizes.of(embeddings + "token_embedding.weight", 0, 2),
                            new TextPool.Last())
                    .withMask(TextMask.NONE)
                    .withProjection(
                            checkpoint.has("text_model.head.weight") ? Projection.LINEAR_WITH_BIAS : Projection.NONE);
        }

        private TowerConfig tower(String name, int width) throws ModelFormatException {
            String first = name + ".encoder.layers.0.";
            int mlpWidth = sizes.of(first + "mlp.fc1.weight", 0, 2);
            int heads = heads(first + "self_attn.q_proj.weight");
            return TowerConfig.of(width, sizes.layers(name), heads, mlpWidth, Activation.GELU_TANH, EPS);
        }

        /** Of [W, H, D], or of one behind the other. */
        private int heads(String query) throws ModelFormatException {
            sizes.of(query, 0, 2);
            List<Long> shape = checkpoint.asWritten(query).shape();
            return Math.toIntExact(shape.get(shape.size() - 2));
        }

        /** As the original's, but for the filter, which is that of Hugging Face's models of the same weights. */
        private static Preprocessing preprocessing(
                VisionConfig tower,
                String where,
                Optional<CheckpointTokens.OfPieces> tokens,
                ConversionOptions options,
                Answers answers)
                throws ModelFormatException, ConversionOptionException {
            answers.confirm(Property.MEAN, Preprocessing.HALF, options.mean());
            answers.confirm(Property.STD, Preprocessing.HALF, options.std());
            if (tower.anyShape()) {
                Preprocessing own = Preprocessing.ofSiglip(tower, where);
                own.confirmResize(options, answers);
                return options.resampling().map(own::with).orElse(own);
            }
            Optional<Resampling> known = tokens.map(pieces ->
                    pieces.file().config().algorithm() == Algorithm.BPE ? Resampling.BILINEAR : Resampling.BICUBIC);
            answers.confirm(Property.RESIZE, Resize.SQUASH, options.resize());
            return Preprocessing.of(
                    tower.imageSize(),
                    Resize.SQUASH,
                    answers.of(
                            Property.RESAMPLE,
                            Optional.empty(),
                            options.resampling().or(() -> known),
                            Resampling.BICUBIC),
                    Preprocessing.HALF,
                    Preprocessing.HALF);
        }
    }
}
