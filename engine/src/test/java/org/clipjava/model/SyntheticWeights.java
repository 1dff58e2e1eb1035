package org.clipjava.model;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.Projection;
import org.clipjava.config.Scoring;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Panels;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticCheckpoint.Tensor;
import org.clipjava.testdata.SyntheticSiglip;
import org.clipjava.weights.AttentionPoolWeights;
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
record SyntheticWeights(ClipConfig config, VisionWeights vision, TextWeights text, float logitScale, float logitBias) {
    private static final float EPS = 1e-5f;
    private static final float SIGLIP_EPS = 1e-6f;

    static SyntheticWeights of(SyntheticCheckpoint checkpoint) {
        Source source = new Source(checkpoint.tensors(), EPS);
        ClipConfig config = config(checkpoint);
        return new SyntheticWeights(
                config, source.vision(config), source.text(config), source.floats("logit_scale")[0], 0);
    }

    static SyntheticWeights of(SyntheticSiglip checkpoint) {
        Source source = new Source(checkpoint.tensors(), SIGLIP_EPS);
        ClipConfig config = config(checkpoint);
        return new SyntheticWeights(
                config,
                source.siglipVision(config),
                source.siglipText(config),
                source.floats("logit_scale")[0],
                source.floats("logit_bias")[0]);
    }

    static ClipConfig config(SyntheticSiglip checkpoint) {
        SyntheticCheckpoint.Vision vision = checkpoint.vision();
        SyntheticCheckpoint.Text text = checkpoint.text();
        TowerConfig visionTower = TowerConfig.of(
                vision.width(), vision.layers(), vision.heads(), vision.mlpWidth(), Activation.GELU_TANH, SIGLIP_EPS);
        TowerConfig textTower = TowerConfig.of(
                text.width(), text.layers(), text.heads(), text.mlpWidth(), Activation.GELU_TANH, SIGLIP_EPS);
        return ClipConfig.of(
                        VisionConfig.of(visionTower, vision.imageSize(), vision.patchSize())
                                .withAnyShape(checkpoint.anyShape())
                                .withPatchBias(true)
                                .withLnPre(false)
                                .withPool(new ImagePool.Attention(vision.heads(), vision.mlpWidth()), false)
                                .withProjection(Projection.NONE),
                        TextConfig.of(textTower, text.contextLength(), text.vocabularySize(), new TextPool.Last())
                                .withMask(TextMask.NONE)
                                .withPadding(1)
                                .withProjection(Projection.LINEAR_WITH_BIAS),
                        checkpoint.projection())
                .withScoring(new Scoring.Sigmoid());
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

        private final float eps;

        Source(List<Tensor> tensors, float eps) {
            tensors.forEach(tensor -> this.tensors.put(tensor.name(), tensor));
            this.eps = eps;
        }

        VisionWeights siglipVision(ClipConfig config) {
            String embeddings = "vision_model.embeddings.";
            String head = "vision_model.head.";
            TowerConfig tower = config.vision().tower();
            return VisionWeights.of(
                    Optional.empty(),
                    new LinearWeights(
                            matrix(
                                    patchEmbedding(config.vision()),
                                    config.vision().patchValues()),
                            floats(embeddings + "patch_embedding.bias")),
                    floats(embeddings + "position_embedding.weight"),
                    Optional.empty(),
                    blocks("vision_model", tower),
                    layerNorm("vision_model.post_layernorm"),
                    Optional.of(new AttentionPoolWeights(
                            floats(head + "probe"),
                            new LinearWeights(
                                    matrix(head + "attention.in_proj_weight", tower.width()),
                                    floats(head + "attention.in_proj_bias")),
                            linear(head + "attention.out_proj", tower.width()),
                            layerNorm(head + "layernorm"),
                            linear(head + "mlp.fc1", tower.width()),
                            linear(head + "mlp.fc2", tower.mlpWidth()))),
                    Optional.empty());
        }

        /** By channel, row and column of the pixels; where pictures have any shape, channels come last in the checkpoint. */
        private float[] patchEmbedding(VisionConfig config) {
            float[] values = floats("vision_model.embeddings.patch_embedding.weight");
            if (!config.anyShape()) {
                return values;
            }
            int pixels = config.patchSize() * config.patchSize();
            float[] ordered = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                int output = i / (3 * pixels);
                int pixel = i / 3 % pixels;
                ordered[(3 * output + i % 3) * pixels + pixel] = values[i];
            }
            return ordered;
        }

        TextWeights siglipText(ClipConfig config) {
            int width = config.text().tower().width();
            return TextWeights.of(
                    table("text_model.embeddings.token_embedding.weight", width),
                    floats("text_model.embeddings.position_embedding.weight"),
                    blocks("text_model", config.text().tower()),
                    layerNorm("text_model.final_layer_norm"),
                    linear("text_model.head", width));
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
            return new LayerNormWeights(floats(name + ".weight"), floats(name + ".bias"), eps);
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
