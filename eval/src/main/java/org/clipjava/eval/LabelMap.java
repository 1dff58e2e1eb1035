package org.clipjava.eval;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.clipjava.io.LabelRules;

/**
 * What the names of folders, or those in a list, mean: {@code n01440764} is a tench. Several may mean the same label; they stay
 * classes of their own, as the two of ImageNet stay that OpenAI calls "missile". Immutable and
 * thread-safe.
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
     * keys {@code folder} and {@code label}, or one object, {@code .json}. Where there are more columns, a first line names them.
     *
     * @throws DatasetException if a line can't be read, or a folder is there twice
     */
    public static LabelMap read(Path file) throws IOException {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            return ofJson(file);
        }
        try (ListFile list = ListFile.open(file, ListNames.FOLDERS, key -> false)) {
            return read(file.toString(), list);
        }
    }

    private static LabelMap ofJson(Path file) throws IOException {
        Map<String, String> labels =
                LabelJson.parse(file.toString(), LabelFile.text(file)).byName();
        if (labels.isEmpty()) {
            throw new DatasetException(file + ": expected an object of folder and label, found labels alone");
        }
        for (String label : labels.values()) {
            Optional<String> problem = LabelRules.problem(label);
            if (problem.isPresent()) {
                throw new DatasetException(file + ": " + problem.get());
            }
        }
        return new LabelMap(file.toString(), labels);
    }

    /**
     * Reads what {@link #read} does, or a file of labels alone, {@code .txt} without a tab or {@code .json}, for folders in the order of
     * their names.
     *
     * @param folder of the class folders
     */
    public static LabelMap read(Path file, Path folder) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        boolean areAlone = name.endsWith(".json")
                ? LabelJson.parse(file.toString(), LabelFile.text(file))
                        .byName()
                        .isEmpty()
                : name.endsWith(".txt") && LabelFile.text(file).indexOf('\t') < 0;
        return areAlone && Files.isDirectory(folder)
                ? inOrder(file.toString(), LabelledImages.folders(folder), LabelFile.read(file))
                : read(file);
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

    /**
     * The labels of folders whose order is known, as that of ImageNet's thousand names is: the i-th label is that of the i-th folder in
     * the order of their names.
     *
     * @param name as messages call it
     * @throws DatasetException if there are not as many labels as folders
     */
    public static LabelMap inOrder(String name, List<String> folders, List<String> labels) throws DatasetException {
        List<String> sorted = folders.stream().sorted().toList();
        if (sorted.size() != labels.size()) {
            throw new DatasetException(name + ": holds " + labels.size() + " labels, but there are " + sorted.size()
                    + " folders; expected a label for each, in the order of the folders' names, or a list of"
                    + " folder and label");
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            map.put(sorted.get(i), labels.get(i));
        }
        return new LabelMap(name, map);
    }

    /** The label of a name; empty if this map does not know it. */
    public Optional<String> label(String of) {
        return labels.isEmpty() ? Optional.of(of) : Optional.ofNullable(labels.get(of));
    }
}
