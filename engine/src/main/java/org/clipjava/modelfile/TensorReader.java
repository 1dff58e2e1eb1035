package org.clipjava.modelfile;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/** Takes tensors out of a model file by name, each checked against the shape that the configuration asks for. */
final class TensorReader {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SafetensorsFile file;
    private final ModelInfo info;
    private final boolean allowNonFinite;
    private final Set<String> read = new HashSet<>();

    /** @param info what the file's metadata say */
    TensorReader(SafetensorsFile file, ModelInfo info, boolean allowNonFinite) {
        this.file = file;
        this.info = info;
        this.allowNonFinite = allowNonFinite;
    }

    float scalar(String name) throws IOException {
        return floats(name)[0];
    }

    /** A small tensor, always F32, copied to the heap. */
    float[] floats(String name, int... shape) throws IOException {
        TensorInfo tensor = tensor(name, shape);
        if (tensor.dtype() != DType.F32) {
            throw unexpected(DType.F32 + " " + Arrays.toString(shape), tensor);
        }
        float[] values = MemorySegment.ofArray(file.read(tensor)).toArray(FLOAT);
        for (int i = 0; i < values.length && !allowNonFinite; i++) {
            if (!Float.isFinite(values[i])) {
                throw notFinite(file, tensor, (long) i * Float.BYTES, values[i]);
            }
        }
        return values;
    }

    /** @param offset in the tensor, in bytes */
    static ModelFormatException notFinite(SafetensorsFile file, TensorInfo tensor, long offset, float found) {
        long element = offset * Byte.SIZE / tensor.dtype().bits();
        return new ModelFormatException(
                "%s: byte %d: %s: expected finite numbers, found %s at element %d; the model is damaged"
                        .formatted(
                                file.name(),
                                file.dataOffset() + tensor.begin() + offset,
                                tensor.name(),
                                found,
                                element));
    }

    /** The weight of a linear layer, [O, K], in panels. */
    PanelMatrix matrix(String name, int outputs, int inputs) throws IOException {
        int panels = Math.ceilDiv(outputs, PanelMatrix.WIDTH);
        WeightType type = info.typeOf(name);
        TensorInfo tensor = type == WeightType.INT8
                ? tensor(name, panels, Math.toIntExact(PanelMatrix.bytesPerPanel(type, inputs)))
                : tensor(name, panels, inputs, PanelMatrix.WIDTH);
        requireType(tensor, type);
        return new PanelMatrix(name, type, outputs, inputs, file.data(tensor), scales(name, type, outputs));
    }

    /** A table of embeddings, row by row. */
    EmbeddingTable table(String name, int rows, int columns) throws IOException {
        TensorInfo tensor = tensor(name, rows, columns);
        WeightType type = info.typeOf(name).ofTables();
        requireType(tensor, type);
        return new EmbeddingTable(name, type, rows, columns, file.data(tensor), scales(name, type, rows));
    }

    private void requireType(TensorInfo tensor, WeightType type) throws ModelFormatException {
        if (tensor.dtype() != type.dtype()) {
            String key = info.wide().contains(tensor.name()) ? "clip.wide" : "clip.weight_type";
            throw unexpected(type.dtype() + " as " + key + " says", tensor);
        }
    }

    private float[] scales(String name, WeightType type, int outputs) throws IOException {
        if (!type.isScaled()) {
            return new float[0];
        }
        float[] scales = floats(name + "_scale", outputs);
        for (int i = 0; i < scales.length && !allowNonFinite; i++) {
            if (!(scales[i] >= Float.MIN_NORMAL)) {
                throw new ModelFormatException(
                        "%s: %s_scale: expected scales of at least %s, found %s at element %d; the model is damaged"
                                .formatted(file.name(), name, Float.MIN_NORMAL, scales[i], i));
            }
        }
        return scales;
    }

    /** A linear layer without a bias. */
    LinearWeights linear(String name, int outputs, int inputs) throws IOException {
        return new LinearWeights(matrix(name, outputs, inputs), new float[0]);
    }

    /** A tensor that nobody asked for means that the file holds another model than its metadata says. */
    void refuseUnread() throws ModelFormatException {
        for (String name : file.tensors().keySet()) {
            if (!read.contains(name) && !name.startsWith("padding.") && !name.startsWith("tokenizer.")) {
                throw new ModelFormatException(
                        at(file.tensors().get(name)) + ": unexpected tensor; convert the checkpoint again");
            }
        }
    }

    private TensorInfo tensor(String name, int... shape) throws ModelFormatException {
        TensorInfo tensor = file.tensor(name)
                .orElseThrow(() -> new ModelFormatException(file.name() + ": " + name + ": missing, expected "
                        + Arrays.toString(shape) + "; convert the checkpoint again"));
        read.add(name);
        List<Long> expected = Arrays.stream(shape).mapToObj(Long::valueOf).toList();
        if (!tensor.shape().equals(expected)) {
            throw unexpected(expected.toString(), tensor);
        }
        return tensor;
    }

    private ModelFormatException unexpected(String expected, TensorInfo found) {
        return new ModelFormatException(at(found) + ": expected " + expected + ", found " + found.dtype() + " "
                + found.shape() + "; convert the checkpoint again");
    }

    /** The file, where the tensor's data lies in it, and the tensor. */
    private String at(TensorInfo tensor) {
        return file.name() + ": byte " + (file.dataOffset() + tensor.begin()) + ": " + tensor.name();
    }
}
