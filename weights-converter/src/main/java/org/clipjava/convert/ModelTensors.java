package org.clipjava.convert;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.weights.PanelMatrix;

/**
 * Lays out the model file's tensors, in its order, and takes each from the checkpoint under Hugging Face's name.
 *
 * <p>Nothing is read here: the tensors are checked to be there, and written when the writer asks for them.
 */
final class ModelTensors {
    private final Checkpoint checkpoint;
    private final WeightType weightType;
    private final boolean allowNonFinite;
    private final SafetensorsWriter writer;

    /** Set when all is laid out and the total is known, before anything is written. */
    private Progress progress = new Progress(ConversionListener.SILENT, 0);

    ModelTensors(Checkpoint checkpoint, WeightType weightType, boolean allowNonFinite, SafetensorsWriter writer) {
        this.checkpoint = checkpoint;
        this.weightType = weightType;
        this.allowNonFinite = allowNonFinite;
        this.writer = writer;
    }

    void report(Progress to) {
        progress = to;
    }

    void add(CheckpointConfig config, ClipVocabulary vocabulary) throws ModelFormatException {
        addVision(config.vision(), config.projection());
        addText(config.text(), config.projection());
        addFloats("logit_scale", List.of(), "logit_scale");
        addBytes("tokenizer.tokens", vocabulary.tokenLines());
        addBytes("tokenizer.merges", vocabulary.mergeLines());
        checkpoint.refuseLeftovers();
    }

    private void addVision(CheckpointConfig.Vision tower, int projection) throws ModelFormatException {
        long width = tower.width();
        long patch = tower.patchSize();
        String embeddings = "vision_model.embeddings.";
        addFloats("vision.class_embedding", List.of(width), embeddings + "class_embedding");
        SourceTensor kernels = checkpoint.take(embeddings + "patch_embedding.weight", width, 3, patch, patch);
        // [W, 3, P, P] and [W, 3·P·P] are the same bytes.
        addMatrix("vision.patch_embedding", List.of(kernels), width, 3 * patch * patch);
        addFloats(
                "vision.position_embedding", List.of(tower.tokens(), width), embeddings + "position_embedding.weight");
        addNorm("vision.ln_pre", width, "vision_model.pre_layrnorm"); // sic
        for (int i = 0; i < tower.layers(); i++) {
            addBlock("vision.blocks." + i, width, tower.mlpWidth(), "vision_model.encoder.layers." + i);
        }
        addNorm("vision.ln_post", width, "vision_model.post_layernorm");
        addMatrix("vision.projection", projection, width, "visual_projection.weight");
    }

    private void addText(CheckpointConfig.Text tower, int projection) throws ModelFormatException {
        long width = tower.width();
        String embeddings = "text_model.embeddings.";
        addTable("text.token_embedding", tower.vocabularySize(), width, embeddings + "token_embedding.weight");
        addFloats(
                "text.position_embedding",
                List.of((long) tower.contextLength(), width),
                embeddings + "position_embedding.weight");
        for (int i = 0; i < tower.layers(); i++) {
            addBlock("text.blocks." + i, width, tower.mlpWidth(), "text_model.encoder.layers." + i);
        }
        addNorm("text.ln_final", width, "text_model.final_layer_norm");
        addMatrix("text.projection", projection, width, "text_projection.weight");
    }

    private void addBlock(String name, long width, long mlpWidth, String source) throws ModelFormatException {
        addNorm(name + ".ln_1", width, source + ".layer_norm1");
        String attention = source + ".self_attn.";
        List<SourceTensor> weights = new ArrayList<>();
        List<SourceTensor> biases = new ArrayList<>();
        for (String role : List.of("q_proj", "k_proj", "v_proj")) {
            weights.add(checkpoint.take(attention + role + ".weight", width, width));
            biases.add(checkpoint.take(attention + role + ".bias", width));
        }
        addMatrix(name + ".attention.qkv.weight", weights, 3 * width, width);
        addFloats(name + ".attention.qkv.bias", List.of(3 * width), biases);
        addLinear(name + ".attention.out", width, width, attention + "out_proj");
        addNorm(name + ".ln_2", width, source + ".layer_norm2");
        addLinear(name + ".mlp.fc1", mlpWidth, width, source + ".mlp.fc1");
        addLinear(name + ".mlp.fc2", width, mlpWidth, source + ".mlp.fc2");
    }

    private void addNorm(String name, long width, String source) throws ModelFormatException {
        addFloats(name + ".weight", List.of(width), source + ".weight");
        addFloats(name + ".bias", List.of(width), source + ".bias");
    }

    private void addLinear(String name, long outputs, long inputs, String source) throws ModelFormatException {
        addMatrix(name + ".weight", outputs, inputs, source + ".weight");
        addFloats(name + ".bias", List.of(outputs), source + ".bias");
    }

    private void addMatrix(String name, long outputs, long inputs, String source) throws ModelFormatException {
        addMatrix(name, List.of(checkpoint.take(source, outputs, inputs)), outputs, inputs);
    }

    /** The weight of a linear layer, in panels. */
    private void addMatrix(String name, List<SourceTensor> parts, long outputs, long inputs) {
        MatrixEncoder encoder = encoder(parts, outputs, inputs);
        long panels = Math.ceilDiv(outputs, PanelMatrix.WIDTH);
        writer.tensor(
                name,
                weightType.dtype(),
                List.of(panels, inputs, (long) PanelMatrix.WIDTH),
                channel -> encoder.writePanels(channel, progress));
        addScales(name, encoder, outputs);
    }

    /** Embeddings that are looked up, row by row. */
    private void addTable(String name, long rows, long columns, String source) throws ModelFormatException {
        MatrixEncoder encoder = encoder(List.of(checkpoint.take(source, rows, columns)), rows, columns);
        writer.tensor(
                name, weightType.dtype(), List.of(rows, columns), channel -> encoder.writeRows(channel, progress));
        addScales(name, encoder, rows);
    }

    private MatrixEncoder encoder(List<SourceTensor> parts, long outputs, long inputs) {
        return new MatrixEncoder(parts, Math.toIntExact(outputs), Math.toIntExact(inputs), weightType, allowNonFinite);
    }

    private void addScales(String name, MatrixEncoder encoder, long outputs) {
        if (weightType == WeightType.Q8) {
            writer.tensor(
                    name + "_scale", DType.F32, List.of(outputs), channel -> encoder.writeScales(channel, progress));
        }
    }

    /** A tensor that is F32 in a file of any weight type. */
    private void addFloats(String name, List<Long> shape, String source) throws ModelFormatException {
        long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
        addFloats(name, shape, List.of(checkpoint.take(source, dimensions)));
    }

    private void addFloats(String name, List<Long> shape, List<SourceTensor> parts) {
        int row = Math.toIntExact(shape.isEmpty() ? 1 : shape.getLast() / parts.size());
        MatrixEncoder encoder = new MatrixEncoder(parts, parts.size(), row, WeightType.F32, allowNonFinite);
        writer.tensor(name, DType.F32, shape, channel -> encoder.writeRows(channel, progress));
    }

    private void addBytes(String name, byte[] bytes) {
        writer.tensor(name, DType.U8, List.of((long) bytes.length), MemorySegment.ofArray(bytes));
    }
}
