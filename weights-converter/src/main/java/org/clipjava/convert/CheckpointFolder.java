package org.clipjava.convert;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.clipjava.safetensors.ModelFormatException;

/** A checkpoint as Hugging Face lays it out: {@code config.json}, the weights, and what goes with them. */
final class HuggingFaceFolder {
    private static final String BUILTIN_VOCABULARY = "builtin:clip-vocabulary";
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path folder;

    /** What went into the conversion, by the name under which the model file records it. */
    private final SortedMap<String, Path> sources = new TreeMap<>();

    private HuggingFaceFolder(Path folder) {
        this.folder = folder;
    }

    /** @throws NoSuchFileException if there is no such folder */
    static HuggingFaceFolder open(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(
                    folder
                            + ": expected the folder of a Hugging Face checkpoint (config.json, model.safetensors), found a file");
        }
        return new HuggingFaceFolder(folder);
    }

    JsonFields config() throws IOException {
        return JsonFields.read(source("config.json"));
    }

    /** The image processor's fields, from its own file or, as newer versions write it, from the processor's. */
    Optional<JsonFields> preprocessor() throws IOException {
        if (has("preprocessor_config.json")) {
            return Optional.of(JsonFields.read(source("preprocessor_config.json")));
        }
        if (has("processor_config.json")) {
            Optional<JsonFields> inner =
                    JsonFields.read(folder.resolve("processor_config.json")).object("image_processor");
            if (inner.isPresent()) {
                source("processor_config.json");
            }
            return inner;
        }
        return Optional.empty();
    }

    /** The checkpoint's vocabulary, or CLIP's own where it has none. */
    ClipVocabulary vocabulary() throws IOException {
        if (has("tokenizer.json")) {
            return ClipVocabulary.ofTokenizerJson(source("tokenizer.json"));
        }
        if (has("vocab.json") || has("merges.txt")) {
            return ClipVocabulary.ofVocabAndMerges(source("vocab.json"), source("merges.txt"));
        }
        return ClipVocabulary.builtin();
    }

    /** The weights, opened; the caller closes them. */
    Checkpoint weights() throws IOException {
        if (has(WEIGHTS)) {
            return Checkpoint.open(source(WEIGHTS));
        }
        if (has(INDEX)) {
            Path index = source(INDEX);
            SortedMap<String, String> shardOfTensor = shardOfTensor(index);
            SortedMap<String, Path> shards = new TreeMap<>();
            for (String shard : new TreeSet<>(shardOfTensor.values())) {
                shards.put(shard, source(shard));
            }
            return Checkpoint.open(index, shards, shardOfTensor);
        }
        for (String pickle : List.of("pytorch_model.bin", "pytorch_model.bin.index.json")) {
            if (has(pickle)) {
                throw new ModelFormatException(
                        "%s: expected %s, found only %s, which can't be read yet; save the model as safetensors (save_pretrained of transformers does) or take a revision that has it"
                                .formatted(folder, WEIGHTS, pickle));
            }
        }
        throw new NoSuchFileException(folder.resolve(WEIGHTS).toString());
    }

    private static SortedMap<String, String> shardOfTensor(Path index) throws IOException {
        JsonFields fields = JsonFields.read(index);
        JsonFields map = fields.object("weight_map").orElseThrow(() -> fields.expected("weight_map", "an object"));
        SortedMap<String, String> shardOfTensor = new TreeMap<>();
        for (Map.Entry<String, JsonElement> entry : map.fields().entrySet()) {
            String shard = map.string(entry.getKey()).orElse("");
            // A plain name: what has a separator or is "..", or an absolute path, could lead out of the folder. A file
            // in
            // the folder that is itself a symbolic link is followed, because that is how Hugging Face's cache keeps
            // files.
            if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors")) {
                throw map.expected(entry.getKey(), "the name of a .safetensors file in the same folder");
            }
            shardOfTensor.put(entry.getKey(), shard);
        }
        if (shardOfTensor.isEmpty()) {
            throw fields.expected("weight_map", "tensors");
        }
        return shardOfTensor;
    }

    /** The files that were asked for so far; those of the built-in vocabulary are not among them. */
    SortedMap<String, Path> sources() {
        return sources;
    }

    /** SHA-256 of each source, the built-in vocabulary's merges included. */
    SortedMap<String, String> digests(ClipVocabulary vocabulary, Progress progress) throws IOException {
        SortedMap<String, String> digests = new TreeMap<>();
        if (!sources.containsKey("tokenizer.json") && !sources.containsKey("vocab.json")) {
            digests.put(BUILTIN_VOCABULARY, Sha256.of(vocabulary.mergeLines()));
        }
        for (Map.Entry<String, Path> source : sources.entrySet()) {
            digests.put(source.getKey(), Sha256.of(source.getValue(), progress));
        }
        return digests;
    }

    /**
     * Where the checkpoint comes from: the repository that Hugging Face's cache names in the folders above
     * ({@code models--openai--clip-vit-base-patch32/snapshots/<revision>}), else what the config says, unless that is
     * somebody's path. The name of any other folder says nothing about origin and is not taken for it.
     */
    Optional<String> modelId(JsonFields config) throws ModelFormatException {
        Optional<String> repository = cachedRepository();
        if (repository.isPresent()) {
            return repository;
        }
        return config.string("_name_or_path")
                .filter(id -> id.matches("[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*"));
    }

    Optional<String> revision() {
        return cachedRepository().isPresent()
                ? Optional.of(absolute().getFileName().toString())
                : Optional.empty();
    }

    private Optional<String> cachedRepository() {
        Path snapshot = absolute();
        int names = snapshot.getNameCount();
        if (names < 3
                || !snapshot.getName(names - 2).toString().equals("snapshots")
                || !snapshot.getName(names - 1).toString().matches("[0-9a-f]{40}")) {
            return Optional.empty();
        }
        String[] parts = snapshot.getName(names - 3).toString().split("--", -1);
        return parts.length == 3 && parts[0].equals("models")
                ? Optional.of(parts[1] + "/" + parts[2])
                : Optional.empty();
    }

    private Path absolute() {
        return folder.toAbsolutePath().normalize();
    }

    private boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    private Path source(String name) throws NoSuchFileException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        sources.put(name, file);
        return file;
    }
}
