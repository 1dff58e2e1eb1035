package org.clipjava;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Panels;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.text.ClipVocabulary;
import org.clipjava.text.Vocabulary;

/**
 * Writes the synthetic checkpoint as a model file of format 1, as version 0.1.0 did, by {@code docs/model-file.md} and without the
 * converter. What the converter writes is format 2.
 */
public final class SyntheticModelFile {
    /** What a test may change before the file is written. */
    final Map<String, String> metadata = new TreeMap<>();

    /** What a test may change before the file is written. */
    final Map<String, Tensor> tensors = new LinkedHashMap<>();

    record Tensor(DType dtype, List<Long> shape, byte[] data) {}

    SyntheticModelFile() {}

    /** The model as it should be. */
    @SuppressWarnings("exports") // the test data are no module
    public static SyntheticModelFile of(SyntheticCheckpoint checkpoint) {
        SyntheticModelFile file = new SyntheticModelFile();
        file.describe(checkpoint);
        file.addWeights(checkpoint);
        Vocabulary vocabulary = ClipVocabulary.vocabulary();
        file.addBytes("tokenizer.tokens", vocabulary.encodedTokens());
        file.addBytes("tokenizer.merges", vocabulary.encodedMerges());
        return file;
    }

    /** The same with another line of metadata. */
    public SyntheticModelFile with(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Writes what a test has made of it. */
    public void write(Path target) throws IOException {
        SafetensorsWriter writer = SafetensorsWriter.aligned(64);
        metadata.forEach(writer::metadata);
        tensors.forEach(
                (name, tensor) -> writer.tensor(name, tensor.dtype, tensor.shape, MemorySegment.ofArray(tensor.data)));
        writer.write(target);
    }

    void describe(SyntheticCheckpoint checkpoint) {
        SyntheticCheckpoint.Vision vision = checkpoint.vision();
        SyntheticCheckpoint.Text text = checkpoint.text();
        metadata.put("format", "pt");
        metadata.put("clip.format_version", "1");
        metadata.put("clip.weight_type", "f32");
        metadata.put("clip.projection", Integer.toString(checkpoint.projection()));
        metadata.put("clip.activation", "quick_gelu");
        metadata.put("clip.layer_norm_eps", "1.0E-5");
        tower("vision", vision.width(), vision.layers(), vision.heads(), vision.mlpWidth());
        metadata.put("clip.vision.image_size", Integer.toString(vision.imageSize()));
        metadata.put("clip.vision.patch_size", Integer.toString(vision.patchSize()));
        tower("text", text.width(), text.layers(), text.heads(), text.mlpWidth());
        metadata.put("clip.text.context_length", Integer.toString(text.contextLength()));
        metadata.put("clip.text.vocabulary_size", Integer.toString(text.vocabularySize()));
        metadata.put("clip.text.start_token", "49406");
        metadata.put("clip.text.end_token", "49407");
        metadata.put("clip.template", "a photo of a {}");
        metadata.put("clip.image.resize", "shortest_edge:" + vision.imageSize());
        metadata.put("clip.image.crop", vision.imageSize() + "x" + vision.imageSize());
        metadata.put("clip.image.resample", "bicubic");
        metadata.put("clip.image.mean", "0.48145467,0.4578275,0.40821072");
        metadata.put("clip.image.std", "0.26862955,0.2613026,0.2757771");
    }

    private void tower(String name, int width, int layers, int heads, int mlpWidth) {
        metadata.put("clip." + name + ".width", Integer.toString(width));
        metadata.put("clip." + name + ".layers", Integer.toString(layers));
        metadata.put("clip." + name + ".heads", Integer.toString(heads));
        metadata.put("clip." + name + ".mlp_width", Integer.toString(mlpWidth));
    }

    private void addWeights(SyntheticCheckpoint checkpoint) {
        Map<String, List<SyntheticCheckpoint.Tensor>> byName = new LinkedHashMap<>();
        for (SyntheticCheckpoint.Tensor tensor : checkpoint.tensors()) {
            byName.computeIfAbsent(ourName(tensor.name()), name -> new ArrayList<>())
                    .add(tensor);
        }
        byName.forEach((name, parts) -> {
            int size = parts.stream().mapToInt(SyntheticCheckpoint.Tensor::size).sum();
            float[] values = new float[size];
            int at = 0;
            for (SyntheticCheckpoint.Tensor part : parts) {
                System.arraycopy(part.values(), 0, values, at, part.size());
                at += part.size();
            }
            List<Integer> shape = parts.getFirst().shape();
            tensors.put(name, isMatrix(name) ? matrix(values, parts.size() * shape.getFirst()) : floats(values, shape));
        });
    }

    private static boolean isMatrix(String name) {
        return name.matches("vision\\.patch_embedding|.*\\.projection|.*\\.(attention|mlp)\\..*\\.weight");
    }

    private static Tensor matrix(float[] values, int outputs) {
        int inputs = values.length / outputs;
        byte[] data = Panels.of(WeightType.F32, values, outputs, inputs).data().toArray(ValueLayout.JAVA_BYTE);
        return new Tensor(DType.F32, List.of((long) Math.ceilDiv(outputs, 32), (long) inputs, 32L), data);
    }

    /** A vector of several parts is as long as all of them. */
    static Tensor floats(float[] values, List<Integer> shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        List<Long> dimensions = shape.size() == 1
                ? List.of((long) values.length)
                : shape.stream().map(Integer::longValue).toList();
        return new Tensor(DType.F32, dimensions, data.array());
    }

    /** Query, key and value share a name: they are put together in this order, which is the checkpoint's too. */
    private static String ourName(String name) {
        return name.replaceFirst("^(vision|text)_model\\.(embeddings\\.|encoder\\.)?", "$1.")
                .replaceFirst("^visual_projection\\.weight$", "vision.projection")
                .replaceFirst("^text_projection\\.weight$", "text.projection")
                .replaceFirst("_embedding\\.weight$", "_embedding")
                .replace("pre_layrnorm", "ln_pre")
                .replace("post_layernorm", "ln_post")
                .replace("final_layer_norm", "ln_final")
                .replace(".layers.", ".blocks.")
                .replace(".layer_norm", ".ln_")
                .replaceFirst("self_attn\\.[qkv]_proj", "attention.qkv")
                .replace("self_attn.out_proj", "attention.out");
    }

    void addBytes(String name, byte[] bytes) {
        tensors.put(name, new Tensor(DType.U8, List.of((long) bytes.length), bytes));
    }
}
