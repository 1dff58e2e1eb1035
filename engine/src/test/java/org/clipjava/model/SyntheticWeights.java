package org.clipjava.model;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Panels;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticCheckpoint.Tensor;
import org.clipjava.weights.BlockWeights;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;
import org.clipjava.weights.TextWeights;
import org.clipjava.weights.VisionWeights;

/**
 * The synthetic checkpoint as weights, made without any file.
 *
 * @param logitScale as trained, a logarithm
 */
record SyntheticWeights(ClipConfig config, VisionWeights vision, TextWeights text, float logitScale) {
    private static final float EPS = 1e-5f;

    static SyntheticWeights of(SyntheticCheckpoint checkpoint) {
        Source source = new Source(checkpoint);
        ClipConfig config = config(checkpoint);
        return new SyntheticWeights(
                config, source.vision(config), source.text(config), source.floats("logit_scale")[0]);
    }

    static ClipConfig config(SyntheticCheckpoint checkpoint) {
        SyntheticCheckpoint.Vision vision = checkpoint.vision();
        SyntheticCheckpoint.Text text = checkpoint.text();
        return ClipConfig.of(
                VisionConfig.of(
                        tower(vision.width(), vision.layers(), vision.heads(), vision.mlpWidth()),
                        vision.imageSize(),
                        vision.patchSize()),
                TextConfig.of(
                        tower(text.width(), text.layers(), text.heads(), text.mlpWidth()),
                        text.contextLength(),
                        text.vocabularySize(),
                        new TextPool.FirstOf(49407)),
                checkpoint.projection());
    }

    private static TowerConfig tower(int width, int layers, int heads, int mlpWidth) {
        return TowerConfig.of(width, layers, heads, mlpWidth, Activation.QUICK_GELU, EPS);
    }

    private static final class Source {
        private final Map<String, Tensor> tensors = new HashMap<>();

        Source(SyntheticCheckpoint checkpoint) {
            checkpoint.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
        }

        VisionWeights vision(ClipConfig config) {
            String embeddings = "vision_model.embeddings.";
            int patchValues = config.vision().patchValues();
            return VisionWeights.of(
                    Optional.of(floats(embeddings + "class_embedding")),
                    new LinearWeights(matrix(embeddings + "patch_embedding.weight", patchValues), new float[0]),
                    floats(embeddings + "position_embedding.weight"),
                    Optional.of(layerNorm("vision_model.pre_layrnorm")),
                    blocks("vision_model", config.vision().tower()),
                    layerNorm("vision_model.post_layernorm"),
                    new LinearWeights(
                            matrix(
                                    "visual_projection.weight",
                                    config.vision().tower().width()),
                            new float[0]));
        }

        TextWeights text(ClipConfig config) {
            int width = config.text().tower().width();
            return TextWeights.of(
                    table("text_model.embeddings.token_embedding.weight", width),
                    floats("text_model.embeddings.position_embedding.weight"),
                    blocks("text_model", config.text().tower()),
                    layerNorm("text_model.final_layer_norm"),
                    new LinearWeights(matrix("text_projection.weight", width), new float[0]));
        }

        private List<BlockWeights> blocks(String tower, TowerConfig config) {
            List<BlockWeights> blocks = new ArrayList<>();
            for (int i = 0; i < config.layers(); i++) {
                String layer = tower + ".encoder.layers." + i;
                blocks.add(BlockWeights.of(
                        layerNorm(layer + ".layer_norm1"),
                        qkv(layer + ".self_attn.", config.width()),
                        linear(layer + ".self_attn.out_proj", config.width()),
                        layerNorm(layer + ".layer_norm2"),
                        linear(layer + ".mlp.fc1", config.width()),
                        linear(layer + ".mlp.fc2", config.mlpWidth())));
            }
            return blocks;
        }

        private LinearWeights qkv(String prefix, int width) {
            float[] weight = new float[3 * width * width];
            float[] bias = new float[3 * width];
            for (int i = 0; i < 3; i++) {
                String projection = prefix + "qkv".charAt(i) + "_proj";
                System.arraycopy(floats(projection + ".weight"), 0, weight, i * width * width, width * width);
                System.arraycopy(floats(projection + ".bias"), 0, bias, i * width, width);
            }
            return new LinearWeights(matrix(weight, width), bias);
        }

        private LinearWeights linear(String name, int inputs) {
            return new LinearWeights(matrix(name + ".weight", inputs), floats(name + ".bias"));
        }

        private LayerNormWeights layerNorm(String name) {
            return new LayerNormWeights(floats(name + ".weight"), floats(name + ".bias"), EPS);
        }

        private EmbeddingTable table(String name, int columns) {
            float[] values = floats(name);
            return new EmbeddingTable(
                    name,
                    WeightType.F32,
                    values.length / columns,
                    columns,
                    MemorySegment.ofArray(values),
                    new float[0]);
        }

        private PanelMatrix matrix(String name, int columns) {
            return matrix(floats(name), columns);
        }

        private static PanelMatrix matrix(float[] values, int columns) {
            return Panels.of(WeightType.F32, values, values.length / columns, columns);
        }

        float[] floats(String name) {
            return tensors.get(name).values();
        }
    }
}
