package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;

/** The tensors of a checkpoint, in one file or in several. Each is to be taken once. */
final class Checkpoint implements AutoCloseable {
    private static final Set<DType> FLOATS = Set.of(DType.F32, DType.F16, DType.BF16);

    /** What messages about the whole name: the only file, or the index. */
    private final Path file;

    private final List<SafetensorsFile> shards;
    private final Map<String, SourceTensor> tensors = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private long parameters;

    private Checkpoint(Path file, List<SafetensorsFile> shards) {
        this.file = file;
        this.shards = shards;
    }

    static Checkpoint open(Path file) throws IOException {
        SafetensorsFile weights = SafetensorsFile.open(file);
        Checkpoint checkpoint = new Checkpoint(file, List.of(weights));
        for (TensorInfo tensor : weights.tensors().values()) {
            checkpoint.tensors.put(tensor.name(), new SourceTensor(weights, tensor));
        }
        return checkpoint;
    }

    /**
     * @param index the file that tells which shard has which tensor
     * @param files each shard's file by name
     * @param shardOfTensor what the index tells
     */
    static Checkpoint open(Path index, SortedMap<String, Path> files, SortedMap<String, String> shardOfTensor)
            throws IOException {
        Checkpoint checkpoint = new Checkpoint(index, new ArrayList<>());
        try {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                checkpoint.addShard(file.getKey(), SafetensorsFile.open(file.getValue()), shardOfTensor);
            }
            for (Map.Entry<String, String> entry : shardOfTensor.entrySet()) {
                if (!checkpoint.tensors.containsKey(entry.getKey())) {
                    throw new ModelFormatException(
                            "%s: %s: expected in %s as the index says, found no such tensor there; download both again"
                                    .formatted(index, entry.getKey(), entry.getValue()));
                }
            }
            return checkpoint;
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private void addShard(String name, SafetensorsFile shard, SortedMap<String, String> shardOfTensor)
            throws ModelFormatException {
        shards.add(shard);
        for (TensorInfo tensor : shard.tensors().values()) {
            if (!name.equals(shardOfTensor.get(tensor.name()))) {
                throw new ModelFormatException(
                        "%s: %s: expected in %s as the index says, found here; download both again"
                                .formatted(
                                        shard.name(),
                                        tensor.name(),
                                        Optional.ofNullable(shardOfTensor.get(tensor.name()))
                                                .orElse("no shard")));
            }
            tensors.put(tensor.name(), new SourceTensor(shard, tensor));
        }
    }

    /** The tensor of this name, which must be there, of floats, and of this shape. */
    SourceTensor take(String name, long... shape) throws ModelFormatException {
        SourceTensor tensor = tensors.get(name);
        if (tensor == null) {
            String cure = tensors.containsKey("visual.conv1.weight") || tensors.containsKey("visual.class_embedding")
                    ? "these are the names of OpenAI's and OpenCLIP's checkpoints: take the Hugging Face version of the model"
                    : "is this a whole CLIP model, and of this config.json?";
            throw new ModelFormatException("%s: %s: expected F32 %s, found no such tensor; %s"
                    .formatted(file, name, Arrays.toString(shape), cure));
        }
        TensorInfo info = tensor.info();
        boolean sameShape = info.shape().equals(Arrays.stream(shape).boxed().toList());
        if (!sameShape || !FLOATS.contains(info.dtype())) {
            throw new ModelFormatException("%s: %s: expected %s %s, found %s; %s"
                    .formatted(
                            tensor.file().name(),
                            name,
                            sameShape ? "F32, F16 or BF16" : FLOATS.contains(info.dtype()) ? info.dtype() : "F32",
                            Arrays.toString(shape),
                            info.typeAndShape(),
                            sameShape
                                    ? "save the checkpoint in one of these types"
                                    : "config.json and the weights belong to different models"));
        }
        taken.add(name);
        parameters += info.elements();
        return tensor;
    }

    /** Everything in a checkpoint must mean something: what nobody took would be a model that is not CLIP's. */
    void refuseLeftovers() throws ModelFormatException {
        for (SourceTensor tensor : tensors.values()) {
            String name = tensor.info().name();
            // Buffers that older versions of transformers saved: 0, 1, 2, …
            boolean positions = name.endsWith(".embeddings.position_ids");
            if (!taken.contains(name) && !positions) {
                throw new ModelFormatException(
                        "%s: %s: expected no such tensor in the CLIP model that config.json describes, found %s; is the config of this model?"
                                .formatted(
                                        tensor.file().name(),
                                        name,
                                        tensor.info().typeAndShape()));
            }
        }
    }

    /** Elements of all tensors taken. */
    long parameters() {
        return parameters;
    }

    @Override
    public void close() {
        shards.forEach(SafetensorsFile::close);
    }
}
