package org.clipjava.convert;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The files that make a checkpoint, by their names: what a {@link CheckpointFolder} looks for, and what is to be fetched of a
 * repository. Stateless and thread-safe.
 */
public final class CheckpointFiles {
    static final String CONFIG = "config.json";
    static final String OPEN_CLIP_CONFIG = "open_clip_config.json";
    static final String PREPROCESSOR_CONFIG = "preprocessor_config.json";
    static final String PROCESSOR_CONFIG = "processor_config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";
    /** Read where it is there; not asked of a hub, whose caches need not have it. */
    static final String MODEL_CARD = "README.md";

    static final String ADDED_TOKENS = "added_tokens.json";
    /** SentencePiece's, as SigLIP has it. */
    static final String SENTENCE_PIECE = "spiece.model";

    /** SentencePiece's, as XLM-RoBERTa has it. */
    static final String XLM_ROBERTA_PIECES = "sentencepiece.bpe.model";

    /** SentencePiece's, as Gemma has it. */
    static final String GEMMA_PIECES = "tokenizer.model";

    /** Behind the name of a file of arrays, as big_vision publishes weights. */
    static final String NUMPY = ".npz";

    /** BERT's. */
    static final String WORD_PIECES = "vocab.txt";

    static final String TOKENIZER_CONFIG = "tokenizer_config.json";

    /** Behind the name of weights that are in shards. */
    static final String INDEX = ".index.json";

    /** Weights of transformers in one file, the best first. */
    static final List<String> WHOLE = List.of("model.safetensors", "pytorch_model.bin");

    /** Weights that go with {@link #CONFIG}, the best first. */
    static final List<String> HUGGING_FACE = wholeOrInShards(WHOLE);

    /** Weights that go with {@link #OPEN_CLIP_CONFIG}, the best first. */
    static final List<String> OPEN_CLIP = wholeOrInShards(List.of(
            "open_clip_model.safetensors",
            "open_clip_pytorch_model.safetensors",
            "open_clip_pytorch_model.bin",
            "model.safetensors"));

    /** SigLIP's {@code model_type}, that of SigLIP 2 at a fixed resolution too. */
    static final String SIGLIP = "siglip";

    /** SigLIP 2's for pictures of any shape. */
    static final String SIGLIP_2 = "siglip2";

    /** A tower alone, whose config has its fields at the top. */
    static final String CLIP_VISION = "clip_vision_model";

    static final String CLIP_TEXT = "clip_text_model";
    static final String SIGLIP_VISION = "siglip_vision_model";
    static final String SIGLIP_TEXT = "siglip_text_model";
    static final String SIGLIP_2_VISION = "siglip2_vision_model";
    static final String SIGLIP_2_TEXT = "siglip2_text_model";

    /** Reads a small file of a repository. */
    @FunctionalInterface
    public interface Reader {
        /** The content of one of its files. */
        byte[] read(String path) throws IOException;
    }

    private CheckpointFiles() {}

    private static List<String> wholeOrInShards(List<String> names) {
        List<String> all = new ArrayList<>();
        for (String name : names) {
            all.add(name);
            all.add(name + INDEX);
        }
        return List.copyOf(all);
    }

    /** Whether a folder has one of the configs that a checkpoint has. */
    public static boolean isCheckpoint(Path folder) {
        return Stream.of(CONFIG, OPEN_CLIP_CONFIG, SentenceTransformer.MODULES)
                .anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    /** Whether a checkpoint has files in folders of its folder, too, as sentence-transformers lay them out. */
    public static boolean isInFolders(Path folder) {
        return Files.isRegularFile(folder.resolve(SentenceTransformer.MODULES));
    }

    /**
     * What a folder holds that is no checkpoint, with what to do about it: a GGUF, an ONNX graph, weights of TensorFlow or Flax, a
     * LoRA adapter, a model of sentence-transformers or diffusers, a repository of the hub's cache.
     *
     * @return for a message, behind "found"; empty if nothing there is known
     * @throws IOException if the folder can't be read
     */
    public static Optional<String> otherKind(Path folder) throws IOException {
        return FolderKind.of(folder);
    }

    /**
     * Chooses what a conversion needs of a repository: configuration, preprocessing, vocabulary, and one set of weights, as
     * safetensors if there are any. Weights come last, so that whoever has them has all.
     *
     * @param repository what messages call it
     * @param there paths of all its files
     * @param reader asked for the configuration and for the index of weights in shards
     * @throws NoSuchFileException if it is no CLIP checkpoint, or not a whole one
     * @throws ModelFormatException if one of the files that were read makes no sense
     */
    public static List<String> choose(String repository, Set<String> there, Reader reader) throws IOException {
        boolean openClip = there.contains(OPEN_CLIP_CONFIG);
        Optional<String> modelType = Optional.empty();
        if (there.contains(CONFIG)) {
            modelType = json(repository, CONFIG, reader).string("model_type");
        }
        // OpenCLIP's and timm's repositories have a config.json, too, which need not be one of a whole CLIP.
        Optional<CheckpointFamily> huggingFace = CheckpointFamily.ofType(modelType.orElse(openClip ? "" : "clip"))
                .filter(family ->
                        there.contains(CONFIG) && firstOf(HUGGING_FACE, there).isPresent());
        if (huggingFace.isEmpty() && !openClip && there.contains(SentenceTransformer.MODULES)) {
            return chooseModules(repository, there, reader);
        }
        if (huggingFace.isEmpty() && !openClip) {
            throw missing(
                    repository,
                    modelType
                                    .filter(type ->
                                            CheckpointFamily.ofType(type).isEmpty())
                                    .isPresent()
                            ? OtherFamilies.ofType(modelType.get())
                                    .map(family -> "config.json: " + family)
                                    .orElse("expected a CLIP model, config.json says model_type '"
                                            + Shown.text(modelType.get()) + "'")
                            : "expected config.json and one of " + String.join(", ", HUGGING_FACE) + ", found "
                                    + shown(there));
        }
        List<String> chosen = new ArrayList<>();
        if (huggingFace.isPresent()) {
            add(chosen, there, CONFIG, PREPROCESSOR_CONFIG, PROCESSOR_CONFIG);
            addTokenizer(chosen, repository, there, huggingFace.get());
            addWeights(chosen, repository, there, HUGGING_FACE, reader);
        } else {
            add(chosen, there, OPEN_CLIP_CONFIG, CONFIG, PREPROCESSOR_CONFIG);
            // a family that can't be converted is refused before its weights are fetched
            addTokenizer(
                    chosen, repository, there, CheckpointFamily.ofOpenClip(json(repository, OPEN_CLIP_CONFIG, reader)));
            addWeights(chosen, repository, there, OPEN_CLIP, reader);
        }
        return List.copyOf(chosen);
    }

    /** Of sentence-transformers: the folder of its CLIP, or a text tower with the folders of what follows it. */
    private static List<String> chooseModules(String repository, Set<String> there, Reader reader) throws IOException {
        String where = repository + ": " + SentenceTransformer.MODULES;
        SentenceTransformer modules =
                SentenceTransformer.of(JsonFields.parseList(reader.read(SentenceTransformer.MODULES), where), where);
        List<String> chosen = new ArrayList<>(List.of(SentenceTransformer.MODULES));
        if (modules.clip().isPresent()) {
            String inner = modules.clip().get() + "/";
            Set<String> innerFiles = new TreeSet<>();
            there.stream()
                    .filter(name -> name.startsWith(inner))
                    .forEach(name -> innerFiles.add(name.substring(inner.length())));
            choose(repository + ": " + modules.clip().get(), innerFiles, path -> reader.read(inner + path))
                    .forEach(name -> chosen.add(inner + name));
            return List.copyOf(chosen);
        }
        add(chosen, there, CONFIG);
        for (String file : modules.configs()) {
            if (!there.contains(file)) {
                throw missing(
                        repository,
                        "expected " + file + " as " + SentenceTransformer.MODULES + " says, it is not there");
            }
            chosen.add(file);
        }
        add(chosen, there, SentenceTransformer.LENGTH);
        addTokenizer(chosen, repository, there, CheckpointFamily.SENTENCE_TRANSFORMERS);
        addWeights(chosen, repository, there, modules.denseWeights(), reader);
        addWeights(chosen, repository, there, WHOLE, reader);
        return List.copyOf(chosen);
    }

    private static void addTokenizer(List<String> chosen, String repository, Set<String> there, CheckpointFamily family)
            throws NoSuchFileException {
        Optional<String> missing = family.tokenizer().missing(there);
        if (missing.isPresent()) {
            throw missing(repository, "expected " + missing.get() + ", found " + shown(there));
        }
        chosen.addAll(family.tokenizer().chosen(there));
    }

    private static void add(List<String> chosen, Set<String> there, String... names) {
        for (String name : names) {
            if (there.contains(name)) {
                chosen.add(name);
            }
        }
    }

    private static void addWeights(
            List<String> chosen, String repository, Set<String> there, List<String> candidates, Reader reader)
            throws IOException {
        Optional<String> weights = firstOf(candidates, there);
        if (weights.isEmpty()) {
            throw missing(
                    repository,
                    "expected weights, one of " + String.join(", ", candidates) + ", found " + shown(there));
        }
        String name = weights.get();
        chosen.add(name);
        if (name.endsWith(INDEX)) {
            for (String shard : new TreeSet<>(
                    shardOfTensor(json(repository, name, reader), name).values())) {
                if (!there.contains(shard)) {
                    throw missing(repository, "expected " + shard + " as " + name + " says, it is not there");
                }
                chosen.add(shard);
            }
        }
    }

    /** The best of these files that is there. */
    static Optional<String> firstOf(List<String> names, Set<String> there) {
        return names.stream().filter(there::contains).findFirst();
    }

    /**
     * In which file beside the index each tensor is.
     *
     * @param name of the index
     */
    static SortedMap<String, String> shardOfTensor(JsonFields index, String name) throws ModelFormatException {
        String suffix = name.endsWith(".safetensors" + INDEX) ? ".safetensors" : ".bin";
        JsonFields map = index.object("weight_map").orElseThrow(() -> index.expected("weight_map", "an object"));
        SortedMap<String, String> shardOfTensor = new TreeMap<>();
        for (Map.Entry<String, JsonElement> entry : map.fields().entrySet()) {
            String shard = map.string(entry.getKey()).orElse("");
            // A plain name: what has a separator or is "..", or an absolute path, could lead out of the folder.
            if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]*") || !shard.endsWith(suffix)) {
                throw map.expected(entry.getKey(), "the name of a " + suffix + " file in the same folder");
            }
            shardOfTensor.put(entry.getKey(), shard);
        }
        if (shardOfTensor.isEmpty()) {
            throw index.expected("weight_map", "tensors");
        }
        return shardOfTensor;
    }

    private static JsonFields json(String repository, String name, Reader reader) throws IOException {
        return JsonFields.parse(reader.read(name), repository + ": " + name);
    }

    private static NoSuchFileException missing(String repository, String reason) {
        return new NoSuchFileException(repository, null, reason);
    }

    private static String shown(Set<String> there) {
        return there.isEmpty() ? "no files" : Shown.text(String.join(", ", new TreeSet<>(there)));
    }
}
