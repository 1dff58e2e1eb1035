package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import org.clipjava.config.Activation;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;

/** The tensors of a checkpoint, in one file or in several, under Hugging Face's names. Each is to be taken once. */
final class Checkpoint implements AutoCloseable {
    private static final Set<DType> FLOATS = Set.of(DType.F32, DType.F16, DType.BF16);

    /** What messages about the whole name: the only file, or the index. */
    private final Path file;

    private final List<WeightsFile> files;
    private final TensorNames names;
    private final SequencedMap<String, SourceTensor> tensors;
    private final Set<String> taken = new HashSet<>();
    private final List<String> notes = new ArrayList<>();
    private long parameters;

    private Checkpoint(Path file, List<WeightsFile> files, SequencedMap<String, SourceTensor> inCheckpoint)
            throws ModelFormatException {
        this.file = file;
        this.files = files;
        OtherWeights.refuse(inCheckpoint.keySet(), file.toString());
        this.names = TensorNames.of(inCheckpoint.keySet(), file.toString());
        this.tensors = names.translated(inCheckpoint);
        for (WeightsFile weights : files) {
            if (!weights.path().isEmpty()) {
                notes.add("%s: took the weights under %s"
                        .formatted(weights.name(), Shown.quoted(String.join(".", weights.path()))));
            }
        }
        if (!names.prefix().isEmpty()) {
            notes.add("%s: all names begin with %s, which was left out".formatted(file, Shown.quoted(names.prefix())));
        }
    }

    /** Safetensors or NumPy's arrays if it is called so, else what PyTorch writes. */
    private static WeightsFile openFile(Path path) throws IOException {
        String name = path.getFileName().toString();
        if (name.endsWith(".safetensors")) {
            return SafetensorsWeights.open(path);
        }
        return name.endsWith(CheckpointFiles.NUMPY) ? NpzFile.open(path) : TorchFile.open(path);
    }

    static Checkpoint open(Path file) throws IOException {
        WeightsFile weights = openFile(file);
        try {
            return new Checkpoint(file, List.of(weights), weights.tensors());
        } catch (Throwable t) {
            weights.close();
            throw t;
        }
    }

    /**
     * Two files of one model.
     *
     * @param prefix of the second's names
     */
    static Checkpoint open(Path file, String prefix, Path second) throws IOException {
        WeightsFile weights = openFile(file);
        try {
            WeightsFile more = openFile(second);
            try {
                SequencedMap<String, SourceTensor> tensors = new LinkedHashMap<>(weights.tensors());
                more.tensors().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
                return new Checkpoint(file, List.of(weights, more), tensors);
            } catch (Throwable t) {
                more.close();
                throw t;
            }
        } catch (Throwable t) {
            weights.close();
            throw t;
        }
    }

    /**
     * @param index the file that tells which shard has which tensor
     * @param files each shard's file by name
     * @param shardOfTensor what the index tells
     */
    static Checkpoint open(Path index, SortedMap<String, Path> files, SortedMap<String, String> shardOfTensor)
            throws IOException {
        List<WeightsFile> shards = new ArrayList<>();
        try {
            SequencedMap<String, SourceTensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, Path> file : files.entrySet()) {
                WeightsFile shard = openFile(file.getValue());
                shards.add(shard);
                addShard(file.getKey(), shard, shardOfTensor, tensors);
            }
            for (Map.Entry<String, String> entry : shardOfTensor.entrySet()) {
                if (!tensors.containsKey(entry.getKey())) {
                    throw new ModelFormatException(
                            "%s: %s: expected in %s as the index says, found no such tensor there; download both again"
                                    .formatted(index, entry.getKey(), entry.getValue()));
                }
            }
            return new Checkpoint(index, shards, tensors);
        } catch (Throwable t) {
            shards.forEach(WeightsFile::close);
            throw t;
        }
    }

    private static void addShard(
            String name,
            WeightsFile shard,
            SortedMap<String, String> shardOfTensor,
            SequencedMap<String, SourceTensor> tensors)
            throws ModelFormatException {
        for (Map.Entry<String, SourceTensor> tensor : shard.tensors().entrySet()) {
            if (!name.equals(shardOfTensor.get(tensor.getKey()))) {
                throw new ModelFormatException(
                        "%s: %s: expected in %s as the index says, found here; download both again"
                                .formatted(
                                        shard.name(),
                                        tensor.getValue().name(),
                                        Optional.ofNullable(shardOfTensor.get(tensor.getKey()))
                                                .orElse("no shard")));
            }
            tensors.put(tensor.getKey(), tensor.getValue());
        }
    }

    /** What messages about the whole name. */
    Path file() {
        return file;
    }

    /** Whether it has this tensor. */
    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** Whether it has anything of an image tower. */
    boolean hasVision() {
        return tensors.keySet().stream().anyMatch(name -> name.startsWith("vision_model."));
    }

    /** Whether it has anything of a text tower. */
    boolean hasText() {
        return tensors.keySet().stream().anyMatch(name -> name.startsWith("text_model."));
    }

    /** Whether a tower's states are projected. */
    boolean isProjected() {
        return has("visual_projection.weight") || has("text_projection.weight");
    }

    /** Leaves out what begins so: it is of no use to the model that is made. */
    void leaveOut(String... prefixes) {
        tensors.keySet().removeIf(name -> Arrays.stream(prefixes).anyMatch(name::startsWith));
    }

    /** How it calls its tensors. */
    TensorNames names() {
        return names;
    }

    /** A tensor as its file has it, before its parts and its order became Hugging Face's; it must be there. */
    SourceTensor asWritten(String name) {
        return Objects.requireNonNull(files.getFirst().tensors().get(names.inCheckpoint(name)), name);
    }

    /** The MLPs' non-linearity, if the weights themselves tell it. */
    Optional<Activation> activation() {
        return files.size() == 1 ? files.getFirst().activation() : Optional.empty();
    }

    /** Every tensor that nobody has to take, by name. */
    SequencedMap<String, SourceTensor> tensors() {
        return tensors;
    }

    /** What was taken otherwise than it is written, for people. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * Leaves out a tensor's last rows, which nothing leads to.
     *
     * @param rows that it has, if it is of this config
     * @param kept fewer
     */
    void cutRows(String name, int rows, int kept) {
        SourceTensor tensor = tensors.get(name);
        if (tensor != null && !tensor.shape().isEmpty() && tensor.shape().getFirst() == rows) {
            tensors.put(name, tensor.firstRows(kept));
            notes.add("%s: %s: left out the last %d of %d rows, for which the vocabulary has no token"
                    .formatted(tensor.file(), tensor.name(), rows - kept, rows));
        }
    }

    /**
     * Leaves out the first rows of a tensor and all behind those that are kept.
     *
     * @param first of those that are kept
     * @throws ModelFormatException if it is not there, or has not as many rows of this width
     */
    void keepRows(String name, int rows, int width, int first, int kept) throws ModelFormatException {
        SourceTensor tensor = take(name, rows, width);
        parameters -= tensor.elements();
        tensors.put(name, tensor.rows(first, kept));
    }

    /**
     * Adds a row to each of a tensor's.
     *
     * @param row the name of a tensor of that one row, of which nothing is left then
     */
    void addToEach(String name, String row, int width) throws ModelFormatException {
        SourceTensor tensor = tensors.get(name);
        if (tensor != null) {
            tensors.put(name, tensor.plus(take(row, 1, width)));
        }
    }

    /** The tensor of this name, which must be there, of floats, and of this shape. */
    SourceTensor take(String name, long... shape) throws ModelFormatException {
        SourceTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelFormatException(
                    "%s: %s: expected F32 %s, found no such tensor; is this a whole CLIP model, and of this config?"
                            .formatted(file, names.inCheckpoint(name), Arrays.toString(shape)));
        }
        boolean sameShape = tensor.shape().equals(Arrays.stream(shape).boxed().toList());
        if (!sameShape || !FLOATS.contains(tensor.dtype())) {
            throw new ModelFormatException("%s: %s: expected %s %s, found %s; %s"
                    .formatted(
                            tensor.file(),
                            tensor.name(),
                            sameShape ? "F32, F16 or BF16" : FLOATS.contains(tensor.dtype()) ? tensor.dtype() : "F32",
                            Arrays.toString(shape),
                            tensor.typeAndShape(),
                            sameShape
                                    ? "save the checkpoint in one of these types"
                                    : "the config and the weights belong to different models"));
        }
        taken.add(name);
        parameters += tensor.elements();
        return tensor;
    }

    /** Everything in a checkpoint must mean something: what nobody took would be a model that is not CLIP's. */
    void refuseLeftovers() throws ModelFormatException {
        for (Map.Entry<String, SourceTensor> entry : tensors.entrySet()) {
            SourceTensor tensor = entry.getValue();
            if (!taken.contains(entry.getKey()) && !names.ignores(tensor.name())) {
                throw new ModelFormatException(
                        "%s: %s: expected no such tensor in the CLIP model that its config describes, found %s; is the config of this model?"
                                .formatted(tensor.file(), tensor.name(), tensor.typeAndShape()));
            }
        }
    }

    /** Elements of all tensors taken. */
    long parameters() {
        return parameters;
    }

    @Override
    public void close() {
        files.forEach(WeightsFile::close);
    }
}
