package org.clipjava.cli.verify;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.safetensors.TensorInfo;
import org.clipjava.weights.BlockWeights;
import org.clipjava.weights.ClipWeights;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.PanelMatrix;
import org.clipjava.weights.WeightType;

/** Writes a model file anew with something changed. */
final class ModelVariant {
    private static final int ALIGNMENT = 64;
    private static final String SCALE = "_scale";
    private static final String IMAGE_PROJECTION = "vision.projection";
    private static final String TEXT_PROJECTION = "text.projection";
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SafetensorsFile file;
    private final Map<String, String> metadata;

    /** Tensors to write as float32, by what makes their values. */
    private final Map<String, Values> replaced = new HashMap<>();

    /** A tensor's shape and values, made when they are written. */
    private record Values(List<Long> shape, Source source) {
        interface Source {
            float[] values();
        }
    }

    private ModelVariant(SafetensorsFile file) {
        this.file = file;
        this.metadata = new TreeMap<>(file.metadata());
    }

    /** Writes {@code model} with a change to {@code target}. */
    static void write(Path model, Change change, Path target) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(model)) {
            ModelVariant variant = new ModelVariant(file);
            switch (change) {
                case Change.OtherActivation other ->
                    variant.metadata.put("clip.activation", other.activation().spelling());
                case Change.EndToken end -> variant.metadata.put("clip.text.end_token", Integer.toString(end.id()));
                case Change.TransposedProjections projections -> variant.transpose(projections);
            }
            variant.write(target);
        }
    }

    /** Writes {@code model} to {@code target} with each weight, as it is stored, widened to a float. */
    static void writeWidened(Path model, Path target) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(model)) {
            ModelVariant variant = new ModelVariant(file);
            variant.widen();
            variant.write(target);
        }
    }

    private void transpose(Change.TransposedProjections projections) throws IOException {
        ClipWeights weights = ClipWeights.of(file, true);
        if (projections.image()) {
            PanelMatrix matrix = weights.vision().projection().weight();
            replace(IMAGE_PROJECTION, matrix, true);
        }
        if (projections.text()) {
            replace(TEXT_PROJECTION, weights.text().projection().weight(), true);
        }
    }

    private void widen() throws IOException {
        ClipWeights weights = ClipWeights.of(file, true); // it was opened before, by the caller's rule
        replace("vision.patch_embedding", weights.vision().patchEmbedding().weight(), false);
        replace(IMAGE_PROJECTION, weights.vision().projection().weight(), false);
        replace(TEXT_PROJECTION, weights.text().projection().weight(), false);
        widen("vision", weights.vision().blocks());
        widen("text", weights.text().blocks());
        EmbeddingTable table = weights.text().tokenEmbedding();
        replaced.put("text.token_embedding", new Values(List.of((long) table.rows(), (long) table.columns()), () -> {
            float[] values = new float[Math.multiplyExact(table.rows(), table.columns())];
            for (int row = 0; row < table.rows(); row++) {
                table.readRow(row, values, row * table.columns());
            }
            return values;
        }));
        metadata.put("clip.weight_type", WeightType.F32.spelling());
    }

    private void widen(String tower, List<BlockWeights> blocks) {
        for (int i = 0; i < blocks.size(); i++) {
            String block = tower + ".blocks." + i;
            replace(block + ".attention.qkv.weight", blocks.get(i).qkv().weight(), false);
            replace(block + ".attention.out.weight", blocks.get(i).out().weight(), false);
            replace(block + ".mlp.fc1.weight", blocks.get(i).fc1().weight(), false);
            replace(block + ".mlp.fc2.weight", blocks.get(i).fc2().weight(), false);
        }
    }

    private void replace(String name, PanelMatrix matrix, boolean transposed) {
        long width = PanelMatrix.WIDTH;
        List<Long> shape = List.of((long) matrix.panels(), (long) matrix.inputs(), width);
        replaced.put(
                name, new Values(shape, () -> panels(rows(matrix), matrix.outputs(), matrix.inputs(), transposed)));
    }

    /** The matrix as checkpoints have it, [O, K]. */
    private static float[] rows(PanelMatrix matrix) {
        int inputs = matrix.inputs();
        float[] rows = new float[Math.multiplyExact(matrix.outputs(), inputs)];
        float[] panel = new float[inputs * PanelMatrix.WIDTH];
        for (int p = 0; p < matrix.panels(); p++) {
            matrix.readPanel(p, panel);
            for (int j = 0; j < matrix.width(p); j++) {
                for (int k = 0; k < inputs; k++) {
                    rows[(p * PanelMatrix.WIDTH + j) * inputs + k] = panel[k * PanelMatrix.WIDTH + j];
                }
            }
        }
        return rows;
    }

    /**
     * The panels of a matrix.
     *
     * @param transposed whether the same numbers, in the same order, are to be read as [K, O]
     */
    private static float[] panels(float[] rows, int outputs, int inputs, boolean transposed) {
        float[] panels = new float[Math.ceilDiv(outputs, PanelMatrix.WIDTH) * inputs * PanelMatrix.WIDTH];
        for (int o = 0; o < outputs; o++) {
            for (int k = 0; k < inputs; k++) {
                int panel = o / PanelMatrix.WIDTH;
                panels[(panel * inputs + k) * PanelMatrix.WIDTH + o % PanelMatrix.WIDTH] =
                        transposed ? rows[k * outputs + o] : rows[o * inputs + k];
            }
        }
        return panels;
    }

    private void write(Path target) throws IOException {
        SafetensorsWriter writer = SafetensorsWriter.aligned(ALIGNMENT);
        metadata.forEach(writer::metadata);
        for (TensorInfo tensor : file.tensors().values()) {
            String name = tensor.name();
            boolean scaleOfReplaced =
                    name.endsWith(SCALE) && replaced.containsKey(name.substring(0, name.length() - SCALE.length()));
            if (name.startsWith("padding.") || scaleOfReplaced) {
                continue;
            }
            if (replaced.containsKey(name)) {
                Values values = replaced.get(name);
                writer.tensor(name, DType.F32, values.shape(), channel -> {
                    float[] floats = values.source().values();
                    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(4, floats.length)]);
                    MemorySegment.copy(floats, 0, bytes, FLOAT, 0, floats.length);
                    channel.write(bytes.asByteBuffer());
                });
            } else {
                writer.tensor(name, tensor.dtype(), tensor.shape(), file.data(tensor));
            }
        }
        writer.write(target);
    }
}
