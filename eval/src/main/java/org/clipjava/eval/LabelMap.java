package org.clipjava.eval;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the names of folders, or those in a list, mean: {@code n01440764} is a tench. Several may mean the same label.
 * Immutable and thread-safe.
 *
 * @param name of a built-in one, or its file; empty where names are labels
 */
public record LabelMap(String name, Map<String, String> labels) {
    /** The maps that come with the library: {@code imagenette}, of ten WordNet ids, and {@code imagenet}, of a thousand. */
    public static final List<String> BUILT_IN = List.of("imagenette", "imagenet");

    private static final LabelMap IDENTITY = new LabelMap("", Map.of());

    /** Copies the map. */
    public LabelMap {
        labels = Map.copyOf(labels);
    }

    /** Names are labels. */
    public static LabelMap identity() {
        return IDENTITY;
    }

    /** One of {@link #BUILT_IN}; empty if it is none. */
    public static Optional<LabelMap> builtIn(String name) {
        if (!BUILT_IN.contains(name)) {
            return Optional.empty();
        }
        String resource = name + ".tsv";
        try (InputStream in = LabelMap.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing");
            }
            return Optional.of(read(name, ListFile.ofResource(resource, in)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a list of folder and label: {@code .csv}, {@code .tsv} or {@code .txt} with a tab between, or {@code .jsonl} with the
     * keys {@code folder} and {@code label}.
     *
     * @throws DatasetException if a line can't be read, or a folder is there twice
     */
    public static LabelMap read(Path file) throws IOException {
        try (ListFile list = ListFile.open(file, List.of("folder", "name", "wnid"))) {
            return read(file.toString(), list);
        }
    }

    private static LabelMap read(String name, ListFile list) throws IOException {
        Map<String, String> labels = new LinkedHashMap<>();
        for (Optional<ListLine> line = list.next(); line.isPresent(); line = list.next()) {
            String folder = line.get().key();
            if (labels.putIfAbsent(folder, line.get().value()) != null) {
                throw list.malformed("'" + folder + "' is there twice");
            }
        }
        if (labels.isEmpty()) {
            throw new DatasetException(name + ": holds no label");
        }
        return new LabelMap(name, labels);
    }

    /** The label of a name; empty if this map does not know it. */
    public Optional<String> label(String of) {
        return labels.isEmpty() ? Optional.of(of) : Optional.ofNullable(labels.get(of));
    }
}
