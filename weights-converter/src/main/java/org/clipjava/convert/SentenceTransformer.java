package org.clipjava.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/**
 * What a {@code modules.json} of sentence-transformers names: a CLIP of Hugging Face's in a folder of its own, or a text tower, whose
 * states are averaged and projected to the space of a CLIP.
 *
 * @param clip the folder of the CLIP
 * @param pooling the folder of what pools a text tower's states; empty beside a CLIP
 * @param dense the folder of what projects them; empty beside a CLIP
 */
record SentenceTransformer(Optional<String> clip, String pooling, String dense) {
    static final String MODULES = "modules.json";

    /** How long texts may be. */
    static final String LENGTH = "sentence_bert_config.json";

    /**
     * @param modules the objects of the file
     * @param where what messages call it
     * @throws ModelFormatException if the modules are others, or are not in folders beside the file
     */
    static SentenceTransformer of(List<JsonFields> modules, String where) throws ModelFormatException {
        List<String> kinds = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (JsonFields module : modules) {
            String type = module.string("type").orElse("");
            String path = module.string("path").orElse("");
            // a plain name: what has a separator or is ".." could lead out of the folder
            if (!path.matches("|[A-Za-z0-9_][A-Za-z0-9._-]*")) {
                throw module.expected("path", "the name of a folder beside it");
            }
            kinds.add(type.substring(type.lastIndexOf('.') + 1));
            paths.add(path);
        }
        if (kinds.equals(List.of("CLIPModel")) && !paths.getFirst().isEmpty()) {
            return new SentenceTransformer(Optional.of(paths.getFirst()), "", "");
        }
        if (kinds.equals(List.of("Transformer", "Pooling", "Dense"))
                && paths.getFirst().isEmpty()
                && !paths.get(1).isEmpty()
                && !paths.get(2).isEmpty()) {
            return new SentenceTransformer(Optional.empty(), paths.get(1), paths.get(2));
        }
        throw new ModelFormatException(
                where + ": expected a CLIPModel in a folder, or a Transformer beside it with Pooling and Dense in"
                        + " folders, found " + Shown.text(kinds + " in " + paths));
    }

    /** Configs that a text tower has beside its own. */
    List<String> configs() {
        return List.of(poolingConfig(), denseConfig());
    }

    String poolingConfig() {
        return pooling + "/" + CheckpointFiles.CONFIG;
    }

    String denseConfig() {
        return dense + "/" + CheckpointFiles.CONFIG;
    }

    /** Names that the projection's weights may have, the best first. */
    List<String> denseWeights() {
        return CheckpointFiles.WHOLE.stream().map(name -> dense + "/" + name).toList();
    }
}
