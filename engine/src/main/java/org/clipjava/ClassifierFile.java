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
import java.util.Optional;
import java.util.Set;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.safetensors.TensorInfo;

/**
 * A classifier in a file: a safetensors file with {@code embeddings}, F32 [labels, E], each of length 1, and {@code labels}, U8:
 * their names in UTF-8, each ended by a zero byte. That is format 1, a zero-shot classifier. Format 2 has {@code scale},
 * {@code bias} or {@code threshold} as well, F32 [labels]; a file is of format 2 only if it has one of them, so that who knows
 * format 1 alone reads all that it can read right, and refuses the rest. The metadata names the model by its fingerprint.
 */
final class ClassifierFile {
    private static final String VERSION = "clip.classifier_version";
    private static final String MODEL = "clip.classifier_model";
    private static final String EMBEDDINGS = "embeddings";
    private static final String LABELS = "labels";
    private static final String SCALE = "scale";
    private static final String BIAS = "bias";
    private static final String THRESHOLD = "threshold";
    private static final Set<String> OF_FORMAT_2 = Set.of(SCALE, BIAS, THRESHOLD);
    private static final Set<String> TENSORS = Set.of(EMBEDDINGS, LABELS, SCALE, BIAS, THRESHOLD);

    /** What an array surely holds. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ClassifierFile() {}

    /** Whether format 1 can hold it. */
    static boolean isZeroShot(LinearClassifier classifier, Clip clip) {
        return hasDefaultScale(classifier, clip)
                && hasDefaultBias(classifier, clip)
                && classifier.thresholds().isEmpty();
    }

    /** A model of one tower has no scale that could be left out. */
    private static boolean hasDefaultScale(LinearClassifier classifier, Clip clip) {
        if (!clip.config().isWhole()) {
            return false;
        }
        for (float scale : classifier.scale()) {
            if (scale != clip.logitScale()) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasDefaultBias(LinearClassifier classifier, Clip clip) {
        for (float bias : classifier.bias()) {
            if (bias != clip.logitBias()) {
                return false;
            }
        }
        return true;
    }

    static void write(Path target, Clip clip, LinearClassifier classifier) throws IOException {
        List<String> labels = classifier.labels();
        int width = classifier.dimension();
        ByteBuffer rows =
                ByteBuffer.allocate(labels.size() * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < labels.size(); i++) {
            names.append(labels.get(i)).append('\0');
            for (float value : classifier.directions().get(i).toArray()) {
                rows.putFloat(value);
            }
        }
        byte[] bytes = names.toString().getBytes(StandardCharsets.UTF_8);
        SafetensorsWriter writer = SafetensorsWriter.packed()
                .metadata(VERSION, isZeroShot(classifier, clip) ? "1" : "2")
                .metadata(MODEL, clip.fingerprint())
                .tensor(
                        EMBEDDINGS,
                        DType.F32,
                        List.of((long) labels.size(), (long) width),
                        MemorySegment.ofBuffer(rows.flip()));
        if (!hasDefaultScale(classifier, clip)) {
            add(writer, SCALE, classifier.scale());
        }
        if (!hasDefaultBias(classifier, clip)) {
            add(writer, BIAS, classifier.bias());
        }
        classifier.thresholds().ifPresent(thresholds -> add(writer, THRESHOLD, thresholds));
        writer.tensor(LABELS, DType.U8, List.of((long) bytes.length), MemorySegment.ofArray(bytes))
                .write(target);
    }

    private static void add(SafetensorsWriter writer, String name, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        writer.tensor(name, DType.F32, List.of((long) values.length), MemorySegment.ofBuffer(bytes));
    }

    static LinearClassifier read(Path source, Clip clip) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(source)) {
            boolean whole = clip.config().isWhole();
            if (!whole && file.tensor(SCALE).isEmpty()) {
                throw malformed(file, SCALE + ": missing, and a model of one tower has none");
            }
            return read(
                    file,
                    clip.fingerprint(),
                    clip.config().embedDim(),
                    whole ? clip.logitScale() : 1,
                    clip.logitBias());
        }
    }

    /** A classifier for the model of that fingerprint, embeddings' length, scale and bias. */
    static LinearClassifier read(SafetensorsFile file, String model, int width, float logitScale, float logitBias)
            throws IOException {
        int format = format(file);
        String found = file.metadata().get(MODEL);
        if (!model.equals(found)) {
            throw malformed(
                    file,
                    "expected a classifier of this model, " + MODEL + " " + model + ", found "
                            + (found == null ? "no " + MODEL : found) + "; make it again with this model");
        }
        for (String name : file.tensors().keySet()) {
            if (!TENSORS.contains(name)) {
                throw malformed(file, name + ": unexpected tensor");
            }
            if (format == 1 && OF_FORMAT_2.contains(name)) {
                throw malformed(file, name + ": expected in format 2 alone, found in format 1");
            }
        }
        List<Embedding> directions = directions(file, width);
        int count = directions.size();
        float[] ownScale = new float[count];
        Arrays.fill(ownScale, logitScale);
        float[] ownBias = new float[count];
        Arrays.fill(ownBias, logitBias);
        List<String> labels = labels(file);
        if (labels.size() != count) {
            throw malformed(file, LABELS + ": expected " + count + " labels, found " + labels.size());
        }
        try {
            LinearClassifier.checkLabels(labels);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file.name() + ": " + LABELS + ": " + e.getMessage(), e);
        }
        float[] scale = values(file, SCALE, count).orElse(ownScale);
        float[] bias = values(file, BIAS, count).orElse(ownBias);
        Optional<float[]> thresholds = values(file, THRESHOLD, count);
        try {
            LinearClassifier classifier = LinearClassifier.of(labels, directions, scale, bias);
            return thresholds.map(classifier::withThresholds).orElse(classifier);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file.name() + ": " + e.getMessage(), e);
        }
    }

    private static int format(SafetensorsFile file) throws ModelFormatException {
        String found = file.metadata().get(VERSION);
        if (!"1".equals(found) && !"2".equals(found)) {
            throw malformed(
                    file,
                    "expected a classifier written by this version, of format 1 or 2, found "
                            + (found == null ? "no " + VERSION : VERSION + " " + found));
        }
        return Integer.parseInt(found);
    }

    private static List<Embedding> directions(SafetensorsFile file, int width) throws IOException {
        TensorInfo tensor = tensor(file, EMBEDDINGS);
        if (tensor.dtype() != DType.F32
                || tensor.shape().size() != 2
                || tensor.shape().get(1) != width
                || tensor.shape().get(0) < 1
                || tensor.bytes() > MAX_BYTES) {
            throw malformed(
                    file,
                    EMBEDDINGS + ": expected F32 [labels, " + width + "] of less than 2 GB, found "
                            + tensor.typeAndShape());
        }
        float[] values = floats(file, tensor);
        List<Embedding> rows = new ArrayList<>();
        for (int i = 0; i < values.length / width; i++) {
            Embedding row = Embedding.of(Arrays.copyOfRange(values, i * width, (i + 1) * width));
            if (!(Math.abs(row.norm() - 1) < 1e-3)) {
                throw malformed(file, EMBEDDINGS + ": expected rows of length 1, found " + row.norm() + " in row " + i);
            }
            rows.add(row);
        }
        return rows;
    }

    private static Optional<float[]> values(SafetensorsFile file, String name, int count) throws IOException {
        Optional<TensorInfo> tensor = file.tensor(name);
        if (tensor.isEmpty()) {
            return Optional.empty();
        }
        if (tensor.get().dtype() != DType.F32 || !tensor.get().shape().equals(List.of((long) count))) {
            throw malformed(
                    file,
                    name + ": expected F32 [" + count + "], found "
                            + tensor.get().typeAndShape());
        }
        return Optional.of(floats(file, tensor.get()));
    }

    private static float[] floats(SafetensorsFile file, TensorInfo tensor) throws IOException {
        return MemorySegment.ofArray(file.read(tensor)).toArray(FLOAT);
    }

    private static List<String> labels(SafetensorsFile file) throws IOException {
        TensorInfo tensor = tensor(file, LABELS);
        if (tensor.dtype() != DType.U8 || tensor.bytes() == 0 || tensor.bytes() > MAX_BYTES) {
            throw malformed(
                    file, LABELS + ": expected U8, each label ended by a zero byte, found " + tensor.typeAndShape());
        }
        String names;
        try {
            names = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file.read(tensor)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(file.name() + ": " + LABELS + ": expected UTF-8, found other bytes", e);
        }
        if (!names.endsWith("\0")) {
            throw malformed(file, LABELS + ": expected U8, each label ended by a zero byte");
        }
        return List.of(names.substring(0, names.length() - 1).split("\0", -1));
    }

    private static TensorInfo tensor(SafetensorsFile file, String name) throws ModelFormatException {
        return file.tensor(name).orElseThrow(() -> malformed(file, name + ": missing"));
    }

    private static ModelFormatException malformed(SafetensorsFile file, String problem) {
        return new ModelFormatException(file.name() + ": " + problem);
    }
}
