package org.clipjava.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.clipjava.io.LabelRules;

/**
 * Pictures whose labels are known, in an order that is always the same. Neither they nor their paths are kept: each iteration goes
 * through the folder, or the list, again, and holds no more than one class's paths. Immutable and thread-safe.
 */
public final class LabelledImages implements Iterable<LabelledImage> {
    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "tif", "tiff", "webp");

    private final String name;
    private final List<String> labels;
    private final int count;
    private final Supplier<Iterator<LabelledImage>> iteration;

    private LabelledImages(String name, List<String> labels, int count, Supplier<Iterator<LabelledImage>> iteration) {
        this.name = name;
        this.labels = List.copyOf(labels);
        this.count = count;
        this.iteration = iteration;
    }

    /**
     * {@link #ofFolders} of a folder, {@link #ofList} of a file.
     *
     * @throws java.nio.file.NoSuchFileException if it is neither
     */
    public static LabelledImages of(Path folderOrList, LabelMap map) throws IOException {
        if (!Files.exists(folderOrList)) {
            throw new NoSuchFileException(folderOrList.toString());
        }
        return Files.isDirectory(folderOrList) ? ofFolders(folderOrList, map) : ofList(folderOrList, map);
    }

    /**
     * A folder of class folders, {@code DIR/n01440764/ILSVRC2012_val_00000293.JPEG}: all files at any depth of a class folder that
     * are called as pictures are (jpg, png, gif, bmp, tiff, webp), hidden ones left out. Classes are in the order of their folders'
     * names.
     *
     * @throws DatasetException if there are fewer than two classes with pictures, or the map does not know one
     */
    public static LabelledImages ofFolders(Path folder, LabelMap map) throws IOException {
        List<ClassFolder> classes = new ArrayList<>();
        Labels labels = new Labels();
        int count = 0;
        for (Path path : entries(folder)) {
            if (!Files.isDirectory(path) || hidden(path)) {
                continue;
            }
            int pictures = pictures(path).size();
            if (pictures == 0) {
                continue;
            }
            String own = fileName(path);
            String label = map.label(own)
                    .orElseThrow(() -> new DatasetException(
                            folder + ": the labels map " + map.name() + " has no label for the folder " + own));
            classes.add(new ClassFolder(path, labels.index(label)));
            count = Math.addExact(count, pictures);
        }
        if (classes.isEmpty()) {
            throw new DatasetException(
                    folder + ": expected class folders with pictures, DIR/CLASS/picture.jpg, found none");
        }
        labels.requireTwo(folder);
        return new LabelledImages(folder.toString(), labels.all(), count, () -> new FolderIterator(classes.iterator()));
    }

    /**
     * A list of file and label: {@code .csv}, {@code .tsv} or {@code .txt} with a tab between, or {@code .jsonl} with the keys
     * {@code file} and {@code label}. Paths are relative to the list's folder. Labels are in the order of their first pictures.
     *
     * @throws DatasetException if a line can't be read, there are fewer than two labels, or the map does not know one
     */
    public static LabelledImages ofList(Path list, LabelMap map) throws IOException {
        Labels labels = new Labels();
        int count = 0;
        try (Lines lines = new Lines(list, map, labels)) {
            while (lines.next().isPresent()) {
                count = Math.addExact(count, 1);
            }
        }
        if (count == 0) {
            throw new DatasetException(list + ": holds no picture");
        }
        labels.requireTwo(list);
        return new LabelledImages(list.toString(), labels.all(), count, () -> new ListIterator(list, map, labels));
    }

    /**
     * The same pictures among other labels, in their order: more than there are pictures of, as a rule.
     *
     * @throws DatasetException if a label that has pictures is missing
     */
    public LabelledImages among(List<String> others) throws DatasetException {
        int[] places = new int[labels.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = others.indexOf(labels.get(i));
            if (places[i] < 0) {
                throw new DatasetException(
                        name + ": has pictures of '" + labels.get(i) + "', which is none of the labels given");
            }
        }
        Supplier<Iterator<LabelledImage>> moved = () -> {
            Iterator<LabelledImage> images = iteration.get();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return images.hasNext();
                }

                @Override
                public LabelledImage next() {
                    LabelledImage image = images.next();
                    return new LabelledImage(image.file(), places[image.label()]);
                }
            };
        };
        return new LabelledImages(name, others, count, moved);
    }

    /** The folder or list. */
    public String name() {
        return name;
    }

    /** All labels, none twice. */
    public List<String> labels() {
        return labels;
    }

    /** How many pictures there were when this was made. */
    public int count() {
        return count;
    }

    /** Goes through them; what goes wrong with folder or list meanwhile is an {@link UncheckedIOException}. */
    @Override
    public Iterator<LabelledImage> iterator() {
        return iteration.get();
    }

    /** Labels in the order of their arrival. */
    private static final class Labels {
        private final Map<String, Integer> indices = new LinkedHashMap<>();

        int index(String label) throws DatasetException {
            Optional<String> problem = LabelRules.problem(label);
            if (problem.isPresent()) {
                throw new DatasetException(problem.get());
            }
            return indices.computeIfAbsent(label, unknown -> indices.size());
        }

        void requireTwo(Path where) throws DatasetException {
            if (indices.size() < 2) {
                throw new DatasetException(where + ": expected pictures of at least two labels, found but one, '"
                        + all().getFirst() + "'");
            }
        }

        List<String> all() {
            return List.copyOf(indices.keySet());
        }
    }

    private record ClassFolder(Path path, int label) {}

    /** The pictures of one class folder after the other. */
    private static final class FolderIterator implements Iterator<LabelledImage> {
        private final Iterator<ClassFolder> classes;
        private Iterator<Path> pictures = Collections.emptyIterator();
        private int label;

        FolderIterator(Iterator<ClassFolder> classes) {
            this.classes = classes;
        }

        @Override
        public boolean hasNext() {
            while (!pictures.hasNext() && classes.hasNext()) {
                ClassFolder next = classes.next();
                label = next.label();
                try {
                    pictures = pictures(next.path()).iterator();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return pictures.hasNext();
        }

        @Override
        public LabelledImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return new LabelledImage(pictures.next(), label);
        }
    }

    /** The pictures of a list. */
    private static final class Lines implements AutoCloseable {
        private final ListFile file;
        private final Path folder;
        private final LabelMap map;
        private final Labels labels;

        Lines(Path list, LabelMap map, Labels labels) throws IOException {
            this.file = ListFile.open(list, List.of("file", "image", "path", "filename"));
            this.folder = Optional.ofNullable(list.getParent()).orElse(Path.of(""));
            this.map = map;
            this.labels = labels;
        }

        Optional<LabelledImage> next() throws IOException {
            Optional<ListLine> line = file.next();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            String name = line.get().value();
            String label = map.label(name)
                    .orElseThrow(
                            () -> file.malformed("the labels map " + map.name() + " does not know '" + name + "'"));
            try {
                return Optional.of(new LabelledImage(folder.resolve(line.get().key()), labels.index(label)));
            } catch (InvalidPathException e) {
                throw file.malformed("not a path: " + e.getReason());
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Reads ahead by one line; the file is closed at its end, or by the collector's cleaner. */
    private static final class ListIterator implements Iterator<LabelledImage> {
        private final Lines lines;
        private Optional<LabelledImage> next;

        ListIterator(Path list, LabelMap map, Labels labels) {
            try {
                this.lines = new Lines(list, map, labels);
                this.next = lines.next();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean hasNext() {
            return next.isPresent();
        }

        @Override
        public LabelledImage next() {
            LabelledImage image = next.orElseThrow();
            try {
                next = lines.next();
                if (next.isEmpty()) {
                    lines.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return image;
        }
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return paths.filter(path -> isPicture(path) && !Files.isDirectory(path))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isPicture(Path path) {
        String own = fileName(path);
        return !hidden(path)
                && EXTENSIONS.contains(own.substring(own.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    private static boolean hidden(Path path) {
        return fileName(path).startsWith(".");
    }

    private static String fileName(Path path) {
        return Optional.ofNullable(path.getFileName()).map(Path::toString).orElse("");
    }
}
