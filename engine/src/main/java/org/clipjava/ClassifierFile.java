package org.clipjava;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.safetensors.TensorInfo;

/**
 * A classifier in a file, so that its labels need not be encoded again: a safetensors file with {@code embeddings}, F32
 * [labels, E], each of length 1, and {@code labels}, U8: their names in UTF-8, each ended by a zero byte. The metadata names
 * the model by its fingerprint.
 */
final class ClassifierFile {
    private static final String VERSION = "clip.classifier_version";
    private static final String MODEL = "clip.classifier_model";
    private static final String EMBEDDINGS = "embeddings";
    private static final String LABELS = "labels";

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ClassifierFile() {}

    static void write(Path target, String fingerprint, Map<String, Embedding> labels) throws IOException {
        int width = labels.values().iterator().next().dimension();
        ByteBuffer rows =
                ByteBuffer.allocate(labels.size() * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder names = new StringBuilder();
        labels.forEach((label, embedding) -> {
            names.append(label).append('\0');
            for (float value : embedding.toArray()) {
                rows.putFloat(value);
            }
        });
        byte[] bytes = names.toString().getBytes(StandardCharsets.UTF_8);
        SafetensorsWriter.packed()
                .metadata(VERSION, "1")
                .metadata(MODEL, fingerprint)
                .tensor(
                        EMBEDDINGS,
                        DType.F32,
                        List.of((long) labels.size(), (long) width),
                        MemorySegment.ofBuffer(rows.flip()))
                .tensor(LABELS, DType.U8, List.of((long) bytes.length), MemorySegment.ofArray(bytes))
                .write(target);
    }

    /** The labels and their embeddings, in the order of the file. */
    record Content(List<String> labels, List<Embedding> embeddings) {}

    static Content read(Path source, String fingerprint, int width) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(source)) {
            return read(file, fingerprint, width);
        }
    }

    static Content read(SafetensorsFile file, String fingerprint, int width) throws ModelFormatException {
        require(file, VERSION, "1", "a classifier written by this version, of format 1");
        require(file, MODEL, fingerprint, "a classifier of this model; make it again with 'clip labels'");
        TensorInfo embeddings = tensor(file, EMBEDDINGS);
        TensorInfo names = tensor(file, LABELS);
        if (embeddings.dtype() != DType.F32
                || embeddings.shape().size() != 2
                || embeddings.shape().get(1) != width
                || embeddings.shape().get(0) < 1) {
            throw malformed(
                    file, EMBEDDINGS + ": expected F32 [labels, " + width + "], found " + embeddings.typeAndShape());
        }
        List<String> labels = labels(file, names);
        if (labels.size() != embeddings.shape().get(0)) {
            throw malformed(
                    file, LABELS + ": expected " + embeddings.shape().get(0) + " labels, found " + labels.size());
        }
        float[] values = file.data(embeddings).toArray(FLOAT);
        List<Embedding> rows = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            Embedding row = Embedding.of(Arrays.copyOfRange(values, i * width, (i + 1) * width));
            if (!(Math.abs(row.norm() - 1) < 1e-3)) {
                throw malformed(file, EMBEDDINGS + ": expected rows of length 1, found " + row.norm() + " in row " + i);
            }
            rows.add(row);
        }
        return new Content(labels, rows);
    }

    private static List<String> labels(SafetensorsFile file, TensorInfo tensor) throws ModelFormatException {
        String names;
        try {
            names = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file.data(tensor).toArray(ValueLayout.JAVA_BYTE)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(file.name() + ": " + LABELS + ": expected UTF-8, found other bytes", e);
        }
        if (tensor.dtype() != DType.U8 || !names.endsWith("\0")) {
            throw malformed(file, LABELS + ": expected U8, each label ended by a zero byte");
        }
        return List.of(names.substring(0, names.length() - 1).split("\0", -1));
    }

    private static void require(SafetensorsFile file, String key, String expected, String what)
            throws ModelFormatException {
        String found = file.metadata().get(key);
        if (!expected.equals(found)) {
            throw malformed(file, "expected " + what + ", found " + (found == null ? "no " + key : key + " " + found));
        }
    }

    private static TensorInfo tensor(SafetensorsFile file, String name) throws ModelFormatException {
        return file.tensor(name).orElseThrow(() -> malformed(file, name + ": missing"));
    }

    private static ModelFormatException malformed(SafetensorsFile file, String problem) {
        return new ModelFormatException(file.name() + ": " + problem);
    }
}
