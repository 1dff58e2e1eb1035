package org.clipjava.modelfile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.PatchStem;
import org.clipjava.config.Projection;
import org.clipjava.config.Scoring;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.weights.AttentionPoolWeights;
import org.clipjava.weights.BlockWeights;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.TextWeights;
import org.clipjava.weights.VisionWeights;

/** The tensors of a model file: their names, shapes and order, for writing and for reading. */
final class ModelTensors {
    static final String LOGIT_SCALE = "logit_scale";
    static final String LOGIT_BIAS = "logit_bias";
    static final String TOKENS = "tokenizer.tokens";
    static final String MERGES = "tokenizer.merges";
    static final String PIECES = "tokenizer.pieces";
    static final String PIECE_ENDS = "tokenizer.piece_ends";
    static final String SORTED = "tokenizer.sorted";
    static final String SCORES = "tokenizer.scores";
    static final String CHARSMAP = "tokenizer.charsmap";

    private static final String CLASS_EMBEDDING = "vision.class_embedding";
    private static final String STEM = "vision.stem.";
    private static final String PATCH_EMBEDDING = "vision.patch_embedding";
    private static final String VISION_POSITIONS = "vision.position_embedding";
    private static final String LN_PRE = "vision.ln_pre";
    private static final String LN_POST = "vision.ln_post";
    private static final String PROBE = "vision.pool.probe";
    private static final String POOL = "vision.pool";
    private static final String LN = ".ln";
    private static final String VISION_PROJECTION = "vision.projection";
    private static final String TOKEN_EMBEDDING = "text.token_embedding";
    private static final String TEXT_POSITIONS = "text.position_embedding";
    private static final String TEXT_LN_PRE = "text.ln_pre";
    private static final String LN_FINAL = "text.ln_final";
    private static final String TEXT_PROJECTION_HIDDEN = "text.projection_hidden";
    private static final String TEXT_PROJECTION = "text.projection";
    private static final String VISION_BLOCKS = "vision.blocks.";
    private static final String TEXT_BLOCKS = "text.blocks.";

    private static final String LN_1 = ".ln_1";
    private static final String QKV = ".attention.qkv";
    private static final String OUT = ".attention.out";
    private static final String LN_2 = ".ln_2";
    private static final String FC_1 = ".mlp.fc1";
    private static final String FC_2 = ".mlp.fc2";
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    /** Of a projection or an embedding of patches that has one; its matrix has no suffix. */
    private static final String BIAS_OF_IT = "_bias";

    private ModelTensors() {}

    /** The weights of the towers that there are, where the file has them, and what makes logits of cosines: 0 for one tower. */
    record Weights(Optional<VisionWeights> vision, Optional<TextWeights> text, float logitScale, float logitBias) {}

    static Weights read(TensorReader tensors, ClipConfig config) throws IOException {
        return new Weights(
                config.hasVision()
                        ? Optional.of(vision(tensors, config.vision(), config.embedDim()))
                        : Optional.empty(),
                config.hasText() ? Optional.of(text(tensors, config.text(), config.embedDim())) : Optional.empty(),
                config.isWhole() ? tensors.scalar(LOGIT_SCALE) : 0,
                config.isWhole() && config.scoring() instanceof Scoring.Sigmoid ? tensors.scalar(LOGIT_BIAS) : 0);
    }

    private static VisionWeights vision(TensorReader tensors, VisionConfig config, int embedDim) throws IOException {
        TowerConfig tower = config.tower();
        int width = tower.width();
        return VisionWeights.of(
                        config.classToken() ? Optional.of(tensors.floats(CLASS_EMBEDDING, width)) : Optional.empty(),
                        config.patchBias()
                                ? biased(tensors, PATCH_EMBEDDING, width, config.patchValues())
                                : tensors.linear(PATCH_EMBEDDING, width, config.patchValues()),
                        tensors.floats(VISION_POSITIONS, config.tokens(), width),
                        config.lnPre() ? Optional.of(layerNorm(tensors, LN_PRE, tower)) : Optional.empty(),
                        blocks(tensors, VISION_BLOCKS, tower),
                        layerNorm(tensors, LN_POST, tower),
                        pool(tensors, config),
                        config.projection() == Projection.NONE
                                ? Optional.empty()
                                : Optional.of(
                                        projection(tensors, VISION_PROJECTION, config.projection(), embedDim, width)))
                .withStem(stem(tensors, config));
    }

    private static List<LinearWeights> stem(TensorReader tensors, VisionConfig config) throws IOException {
        List<LinearWeights> layers = new ArrayList<>();
        List<PatchStem.Stage> stages = config.stem().map(PatchStem::stages).orElse(List.of());
        for (int i = 0; i < stages.size(); i++) {
            layers.add(linear(tensors, STEM + i, stages.get(i).width(), stemValues(stages, i)));
        }
        return layers;
    }

    /** What a stage takes of a square. */
    private static int stemValues(List<PatchStem.Stage> stages, int stage) {
        int side = stages.get(stage).side();
        return Math.multiplyExact(
                side * side, stage == 0 ? 3 : stages.get(stage - 1).width());
    }

    private static Optional<AttentionPoolWeights> pool(TensorReader tensors, VisionConfig config) throws IOException {
        int width = config.tower().width();
        return switch (config.pool()) {
            case ImagePool.ClassToken token -> Optional.empty();
            case ImagePool.Attention attention ->
                Optional.of(new AttentionPoolWeights(
                        tensors.floats(PROBE, width),
                        linear(tensors, POOL + QKV, 3 * width, width),
                        linear(tensors, POOL + OUT, width, width),
                        layerNorm(tensors, POOL + LN, config.tower()),
                        linear(tensors, POOL + FC_1, attention.mlpWidth(), width),
                        linear(tensors, POOL + FC_2, width, attention.mlpWidth())));
        };
    }

    private static TextWeights text(TensorReader tensors, TextConfig config, int embedDim) throws IOException {
        TowerConfig tower = config.tower();
        int width = tower.width();
        return TextWeights.of(
                tensors.table(TOKEN_EMBEDDING, config.vocabularySize(), width),
                tensors.floats(TEXT_POSITIONS, config.contextLength(), width),
                config.lnPre() ? Optional.of(layerNorm(tensors, TEXT_LN_PRE, tower)) : Optional.empty(),
                blocks(tensors, TEXT_BLOCKS, tower),
                config.lnFinal() ? Optional.of(layerNorm(tensors, LN_FINAL, tower)) : Optional.empty(),
                config.projection() == Projection.MLP
                        ? Optional.of(tensors.linear(TEXT_PROJECTION_HIDDEN, hidden(width, embedDim), width))
                        : Optional.empty(),
                config.projection() == Projection.NONE
                        ? Optional.empty()
                        : Optional.of(projection(tensors, TEXT_PROJECTION, config.projection(), embedDim, width)));
    }

    /** Between the two matrices of a projection by an MLP. */
    private static int hidden(int width, int embedDim) {
        return (width + embedDim) / 2;
    }

    private static List<BlockWeights> blocks(TensorReader tensors, String prefix, TowerConfig tower)
            throws IOException {
        int width = tower.width();
        List<BlockWeights> blocks = new ArrayList<>();
        for (int i = 0; i < tower.layers(); i++) {
            String block = prefix + i;
            blocks.add(BlockWeights.of(
                    layerNorm(tensors, block + LN_1, tower),
                    linear(tensors, block + QKV, 3 * width, width),
                    linear(tensors, block + OUT, width, width),
                    layerNorm(tensors, block + LN_2, tower),
                    linear(tensors, block + FC_1, tower.mlpWidth(), width),
                    linear(tensors, block + FC_2, width, tower.mlpWidth())));
        }
        return List.copyOf(blocks);
    }

    private static LayerNormWeights layerNorm(TensorReader tensors, String name, TowerConfig tower) throws IOException {
        return new LayerNormWeights(
                tensors.floats(name + WEIGHT, tower.width()),
                tensors.floats(name + BIAS, tower.width()),
                tower.layerNormEps());
    }

    private static LinearWeights linear(TensorReader tensors, String name, int outputs, int inputs) throws IOException {
        return new LinearWeights(tensors.matrix(name + WEIGHT, outputs, inputs), tensors.floats(name + BIAS, outputs));
    }

    private static LinearWeights projection(
            TensorReader tensors, String name, Projection projection, int embedDim, int width) throws IOException {
        return switch (projection) {
            case LINEAR -> tensors.linear(name, embedDim, width);
            case LINEAR_WITH_BIAS -> biased(tensors, name, embedDim, width);
            case MLP -> tensors.linear(name, embedDim, hidden(width, embedDim));
            case NONE -> throw new IllegalStateException(name + ": there is none");
        };
    }

    private static LinearWeights biased(TensorReader tensors, String name, int outputs, int inputs) throws IOException {
        return new LinearWeights(tensors.matrix(name, outputs, inputs), tensors.floats(name + BIAS_OF_IT, outputs));
    }

    /** What a model of this configuration has to be given, in the file's order. */
    static List<TensorSpec> of(ClipConfig config) {
        List<TensorSpec> tensors = new ArrayList<>();
        if (config.hasVision()) {
            addVision(tensors, config.vision(), config.embedDim());
        }
        if (config.hasText()) {
            addText(tensors, config.text(), config.embedDim());
        }
        if (config.isWhole()) {
            tensors.add(TensorSpec.floats(LOGIT_SCALE));
            if (config.scoring() instanceof Scoring.Sigmoid) {
                tensors.add(TensorSpec.floats(LOGIT_BIAS));
            }
        }
        return List.copyOf(tensors);
    }

    private static void addVision(List<TensorSpec> tensors, VisionConfig vision, int embedDim) {
        int width = vision.tower().width();
        if (vision.classToken()) {
            tensors.add(TensorSpec.floats(CLASS_EMBEDDING, width));
        }
        List<PatchStem.Stage> stages = vision.stem().map(PatchStem::stages).orElse(List.of());
        for (int i = 0; i < stages.size(); i++) {
            addLinear(tensors, STEM + i, stages.get(i).width(), stemValues(stages, i));
        }
        tensors.add(TensorSpec.matrix(PATCH_EMBEDDING, width, vision.patchValues()));
        if (vision.patchBias()) {
            tensors.add(TensorSpec.floats(PATCH_EMBEDDING + BIAS_OF_IT, width));
        }
        tensors.add(TensorSpec.floats(VISION_POSITIONS, vision.tokens(), width));
        if (vision.lnPre()) {
            addLayerNorm(tensors, LN_PRE, width);
        }
        addBlocks(tensors, VISION_BLOCKS, vision.tower());
        addLayerNorm(tensors, LN_POST, width);
        if (vision.pool() instanceof ImagePool.Attention attention) {
            tensors.add(TensorSpec.floats(PROBE, width));
            addLinear(tensors, POOL + QKV, 3 * width, width);
            addLinear(tensors, POOL + OUT, width, width);
            addLayerNorm(tensors, POOL + LN, width);
            addLinear(tensors, POOL + FC_1, attention.mlpWidth(), width);
            addLinear(tensors, POOL + FC_2, width, attention.mlpWidth());
        }
        addProjection(tensors, VISION_PROJECTION, vision.projection(), embedDim, width);
    }

    private static void addText(List<TensorSpec> tensors, TextConfig text, int embedDim) {
        int width = text.tower().width();
        tensors.add(TensorSpec.table(TOKEN_EMBEDDING, text.vocabularySize(), width));
        tensors.add(TensorSpec.floats(TEXT_POSITIONS, text.contextLength(), width));
        if (text.lnPre()) {
            addLayerNorm(tensors, TEXT_LN_PRE, width);
        }
        addBlocks(tensors, TEXT_BLOCKS, text.tower());
        if (text.lnFinal()) {
            addLayerNorm(tensors, LN_FINAL, width);
        }
        if (text.projection() == Projection.MLP) {
            tensors.add(TensorSpec.matrix(TEXT_PROJECTION_HIDDEN, hidden(width, embedDim), width));
        }
        addProjection(tensors, TEXT_PROJECTION, text.projection(), embedDim, width);
    }

    private static void addBlocks(List<TensorSpec> tensors, String prefix, TowerConfig tower) {
        int width = tower.width();
        for (int i = 0; i < tower.layers(); i++) {
            String block = prefix + i;
            addLayerNorm(tensors, block + LN_1, width);
            addLinear(tensors, block + QKV, 3 * width, width);
            addLinear(tensors, block + OUT, width, width);
            addLayerNorm(tensors, block + LN_2, width);
            addLinear(tensors, block + FC_1, tower.mlpWidth(), width);
            addLinear(tensors, block + FC_2, width, tower.mlpWidth());
        }
    }

    private static void addLayerNorm(List<TensorSpec> tensors, String name, int width) {
        tensors.add(TensorSpec.floats(name + WEIGHT, width));
        tensors.add(TensorSpec.floats(name + BIAS, width));
    }

    private static void addLinear(List<TensorSpec> tensors, String name, int outputs, int inputs) {
        tensors.add(TensorSpec.matrix(name + WEIGHT, outputs, inputs));
        tensors.add(TensorSpec.floats(name + BIAS, outputs));
    }

    private static void addProjection(
            List<TensorSpec> tensors, String name, Projection projection, int embedDim, int width) {
        if (projection != Projection.NONE) {
            int inputs = projection == Projection.MLP ? hidden(width, embedDim) : width;
            tensors.add(TensorSpec.matrix(name, embedDim, inputs));
        }
        if (projection == Projection.LINEAR_WITH_BIAS) {
            tensors.add(TensorSpec.floats(name + BIAS_OF_IT, embedDim));
        }
    }
}
