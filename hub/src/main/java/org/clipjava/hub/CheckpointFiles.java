package org.clipjava.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.clipjava.io.Shown;

/**
 * Which of a repository's files a converter needs: configuration, preprocessing, vocabulary, and one set of weights, as
 * safetensors if there are any. Weights come last, so that whoever has them has all.
 */
final class CheckpointFiles {
    private static final String CONFIG = "config.json";
    private static final String OPEN_CLIP_CONFIG = "open_clip_config.json";
    private static final String INDEX_SUFFIX = ".index.json";

    /** The best first. */
    private static final List<String> WEIGHTS = List.of(
            "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json");

    private static final List<String> OPEN_CLIP_WEIGHTS = List.of(
            "open_clip_model.safetensors",
            "open_clip_model.safetensors.index.json",
            "open_clip_pytorch_model.safetensors",
            "open_clip_pytorch_model.bin",
            "open_clip_pytorch_model.bin.index.json");

    /** Reads a small file of the repository. */
    interface Reader {
        byte[] read(String path) throws IOException;
    }

    private CheckpointFiles() {}

    /**
     * Chooses.
     *
     * @param what the repository, for messages
     * @param there all files
     * @param reader asked for the configuration and for the index of weights in shards
     * @throws HubException if it is no CLIP checkpoint
     */
    static List<String> choose(String what, Set<String> there, Reader reader) throws IOException {
        boolean openClip = there.contains(OPEN_CLIP_CONFIG);
        Optional<String> modelType = Optional.empty();
        if (there.contains(CONFIG)) {
            modelType = RevisionParser.text(json(what, CONFIG, reader), "model_type");
        }
        // OpenCLIP's and timm's repositories have a config.json, too, which need not be one of a whole CLIP.
        boolean huggingFace = there.contains(CONFIG)
                && modelType.orElse(openClip ? "" : "clip").equals("clip")
                && WEIGHTS.stream().anyMatch(there::contains);
        if (!huggingFace && !openClip) {
            throw new HubException(
                    HubException.Kind.NOT_FOUND,
                    modelType.filter(type -> !type.equals("clip")).isPresent()
                            ? what + ": expected a CLIP model, config.json says model_type '"
                                    + Shown.text(modelType.get()) + "'"
                            : what + ": expected config.json and one of " + String.join(", ", WEIGHTS) + ", found "
                                    + shown(there));
        }
        List<String> chosen = new ArrayList<>();
        if (huggingFace) {
            add(chosen, there, CONFIG, "preprocessor_config.json", "processor_config.json");
        } else {
            add(chosen, there, OPEN_CLIP_CONFIG, CONFIG, "preprocessor_config.json");
        }
        if (there.contains("tokenizer.json")) {
            add(chosen, there, "tokenizer.json");
        } else {
            add(chosen, there, "vocab.json", "merges.txt");
        }
        addWeights(chosen, what, there, huggingFace ? WEIGHTS : OPEN_CLIP_WEIGHTS, reader);
        return List.copyOf(chosen);
    }

    private static void add(List<String> chosen, Set<String> there, String... names) {
        for (String name : names) {
            if (there.contains(name)) {
                chosen.add(name);
            }
        }
    }

    private static void addWeights(
            List<String> chosen, String what, Set<String> there, List<String> candidates, Reader reader)
            throws IOException {
        String weights = candidates.stream()
                .filter(there::contains)
                .findFirst()
                .orElseThrow(() -> new HubException(
                        HubException.Kind.NOT_FOUND,
                        what + ": expected weights, one of " + String.join(", ", candidates) + ", found "
                                + shown(there)));
        chosen.add(weights);
        if (weights.endsWith(INDEX_SUFFIX)) {
            chosen.addAll(shards(what, weights, there, reader));
        }
    }

    private static SortedSet<String> shards(String what, String index, Set<String> there, Reader reader)
            throws IOException {
        if (!(json(what, index, reader).get("weight_map") instanceof JsonObject map) || map.isEmpty()) {
            throw new HubException(
                    HubException.Kind.CORRUPT, what + ": " + index + ": expected a weight_map of tensors, found none");
        }
        SortedSet<String> shards = new TreeSet<>();
        for (Map.Entry<String, JsonElement> entry : map.entrySet()) {
            String shard = RevisionParser.text(map, entry.getKey()).orElse("");
            if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.(safetensors|bin)")) {
                throw new HubException(
                        HubException.Kind.CORRUPT,
                        what + ": " + index + ": expected the name of a file beside it, found '" + Shown.text(shard)
                                + "', which is refused");
            }
            if (!there.contains(shard)) {
                throw new HubException(
                        HubException.Kind.NOT_FOUND,
                        what + ": expected " + shard + " as " + index + " says, it is not there");
            }
            shards.add(shard);
        }
        return shards;
    }

    private static JsonObject json(String what, String name, Reader reader) throws IOException {
        try {
            return RevisionParser.object(reader.read(name));
        } catch (IllegalArgumentException e) {
            throw new HubException(HubException.Kind.CORRUPT, what + ": " + name + ": " + e.getMessage(), e);
        }
    }

    private static String shown(Set<String> there) {
        return there.isEmpty() ? "no files" : Shown.text(String.join(", ", new TreeSet<>(there)));
    }
}
