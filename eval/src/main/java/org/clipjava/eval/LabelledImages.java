package org.clipjava.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.io.LabelRules;
import org.clipjava.text.PromptTemplate;

/**
 * Pictures whose labels are known, in an order that is always the same. Neither they nor their paths are kept: each iteration goes
 * through the folder, or the list, again, and holds no more than one class's paths.
 *
 * <p>A class is a folder, or what a list calls it. Classes whose labels a {@link LabelMap} makes equal stay apart, as ImageNet's two
 * called "missile" do: both have the same text, and each its own name, {@code missile (n03773504)}. Immutable and
 * thread-safe.
 */
public final class LabelledImages implements Iterable<LabelledImage> {
    private final String name;
    private final List<ImageClass> classes;
    private final int count;
    private final Supplier<Iterator<LabelledImage>> iteration;
    private final List<String> remarks;

    private LabelledImages(
            String name,
            List<ImageClass> classes,
            int count,
            Supplier<Iterator<LabelledImage>> iteration,
            List<String> remarks) {
        this.name = name;
        this.classes = List.copyOf(classes);
        this.count = count;
        this.iteration = iteration;
        this.remarks = List.copyOf(remarks);
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
     * are called as pictures are, hidden ones left out. Classes are in the order of their folders' names.
     *
     * @throws DatasetException if there are fewer than two labels with pictures, or the map does not know one
     */
    public static LabelledImages ofFolders(Path folder, LabelMap map) throws IOException {
        List<ClassFolder> folders = new ArrayList<>();
        Classes classes = new Classes(map);
        Remarks remarks = new Remarks();
        int count = 0;
        for (Path path : PictureFolder.entries(folder)) {
            if (PictureFolder.isHidden(path)) {
                continue;
            }
            if (!Files.isDirectory(path)) {
                remarks.beside(path);
                continue;
            }
            PictureFolder found = PictureFolder.deep(path);
            remarks.in(found);
            String own = PictureFolder.name(path);
            if (found.pictures().isEmpty()) {
                remarks.empty(own);
                continue;
            }
            int index = classes.index(own)
                    .orElseThrow(() -> new DatasetException(
                            folder + ": the labels map " + map.name() + " has no label for the folder " + own));
            folders.add(new ClassFolder(path, index));
            count = Math.addExact(count, found.pictures().size());
        }
        if (folders.isEmpty()) {
            throw new DatasetException(folder
                    + ": expected class folders with pictures, DIR/CLASS/picture.jpg, found none" + list(folder));
        }
        classes.requireTwo(folder);
        return new LabelledImages(
                folder.toString(),
                classes.all(),
                count,
                () -> new FolderIterator(folders.iterator()),
                remarks.all(folder, classes));
    }

    /** The names of a folder's class folders, in their order. */
    public static List<String> folders(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path path : PictureFolder.entries(folder)) {
            if (Files.isDirectory(path)
                    && !PictureFolder.isHidden(path)
                    && !PictureFolder.deep(path).pictures().isEmpty()) {
                names.add(PictureFolder.name(path));
            }
        }
        return names;
    }

    /** The cure where there is a list as Hugging Face's data sets have it. */
    private static String list(Path folder) {
        return Stream.of("metadata.jsonl", "metadata.csv")
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .map(list -> "; there is a list, give " + list)
                .orElse("");
    }

    /**
     * A list of file and label: {@code .csv} with commas, tabs or semicolons, {@code .tsv} or {@code .txt} with a tab between, or
     * {@code .jsonl} with the keys {@code file} and {@code label}. A first line may name the columns, and has to where there are more
     * than two; {@code docs/evaluation.md} says which names are known. Paths are relative to the list's folder. Classes are in the
     * order of their first pictures.
     *
     * @throws DatasetException if a line can't be read, there are fewer than two labels, or the map does not know one
     */
    public static LabelledImages ofList(Path list, LabelMap map) throws IOException {
        Classes classes = new Classes(map);
        int count = 0;
        try (Lines lines = new Lines(list, classes)) {
            while (lines.next().isPresent()) {
                count = Math.addExact(count, 1);
            }
        }
        if (count == 0) {
            throw new DatasetException(list + ": holds no picture");
        }
        classes.requireTwo(list);
        return new LabelledImages(
                list.toString(),
                classes.all(),
                count,
                () -> new ListIterator(list, classes),
                new Remarks().all(list, classes));
    }

    /**
     * The same pictures among other labels, in their order: more than there are pictures of, as a rule. Classes of the same label
     * become one here.
     *
     * @throws DatasetException if a label that has pictures is missing
     */
    public LabelledImages among(List<String> others) throws DatasetException {
        int[] places = new int[classes.size()];
        List<ImageClass> moved = new ArrayList<>();
        others.forEach(label -> moved.add(new ImageClass(label, label)));
        for (int i = 0; i < places.length; i++) {
            ImageClass one = classes.get(i);
            places[i] = others.indexOf(one.name);
            if (places[i] >= 0) {
                moved.set(places[i], one);
            } else {
                places[i] = others.indexOf(one.text);
            }
            if (places[i] < 0) {
                throw new DatasetException(
                        name + ": has pictures of '" + one.name + "', which is none of the labels given");
            }
        }
        return new LabelledImages(name, moved, count, () -> moved(iteration.get(), places), remarks);
    }

    private static Iterator<LabelledImage> moved(Iterator<LabelledImage> images, int... places) {
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
    }

    /**
     * A zero-shot classifier of these labels, in their order: their {@link #texts} in the templates. Classes of the same text have the
     * same direction, and share its part of the softmax.
     */
    public LinearClassifier classifier(Clip clip, List<PromptTemplate> templates) {
        List<String> distinct = texts().stream().distinct().toList();
        LinearClassifier encoded =
                ZeroShotClassifier.of(clip, distinct, templates).linear();
        List<Embedding> directions = classes.stream()
                .map(one -> encoded.directions().get(distinct.indexOf(one.text)))
                .toList();
        float[] scale = new float[classes.size()];
        Arrays.fill(scale, clip.logitScale());
        float[] bias = new float[classes.size()];
        Arrays.fill(bias, clip.logitBias());
        return LinearClassifier.of(labels(), directions, scale, bias);
    }

    /** The folder or list. */
    public String name() {
        return name;
    }

    /** All labels, none twice. */
    public List<String> labels() {
        return classes.stream().map(ImageClass::name).toList();
    }

    /**
     * What stands for each label in a prompt: the label, with spaces for underscores where there are no spaces, as folders are often
     * called {@code ice_cream}; several labels may have the same.
     */
    public List<String> texts() {
        return classes.stream().map(ImageClass::text).toList();
    }

    /**
     * What whoever gave these pictures may not have meant, a line each: files that are left out, folders without pictures, labels that
     * look like the parts of a data set or like WordNet's ids.
     */
    public List<String> remarks() {
        return remarks;
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

    /**
     * A class of pictures.
     *
     * @param name tells it from all others
     * @param text stands for it in a prompt
     */
    record ImageClass(String name, String text) {}

    /** Classes in the order of their arrival. */
    static final class Classes {
        private final LabelMap map;
        private final Map<String, Integer> indices = new LinkedHashMap<>();

        Classes(LabelMap map) {
            this.map = map;
        }

        /** Of the class that a folder or a list calls so; empty if the map does not know it. */
        Optional<Integer> index(String own) throws DatasetException {
            Optional<String> label = map.label(own);
            if (label.isEmpty()) {
                return Optional.empty();
            }
            Optional<String> problem = LabelRules.problem(label.get());
            if (problem.isPresent()) {
                throw new DatasetException(problem.get());
            }
            return Optional.of(indices.computeIfAbsent(own, unknown -> indices.size()));
        }

        void requireTwo(Path where) throws DatasetException {
            List<String> labels =
                    indices.keySet().stream().map(this::label).distinct().toList();
            if (labels.size() < 2) {
                throw new DatasetException(where + ": expected pictures of at least two labels, found but one, '"
                        + labels.getFirst() + "'");
            }
        }

        boolean isMapped() {
            return !map.labels().isEmpty();
        }

        Set<String> names() {
            return Collections.unmodifiableSet(indices.keySet());
        }

        /** The names of the classes of each label, where they are several. */
        Map<String, List<String>> shared() {
            Map<String, List<String>> names = new LinkedHashMap<>();
            for (String own : indices.keySet()) {
                names.computeIfAbsent(label(own), label -> new ArrayList<>()).add(own);
            }
            names.values().removeIf(some -> some.size() == 1);
            return names;
        }

        List<ImageClass> all() {
            Map<String, List<String>> shared = shared();
            return indices.keySet().stream()
                    .map(own -> {
                        String label = label(own);
                        return isMapped()
                                ? new ImageClass(shared.containsKey(label) ? label + " (" + own + ")" : label, label)
                                : new ImageClass(own, Remarks.spaced(own));
                    })
                    .toList();
        }

        private String label(String own) {
            return map.label(own).orElseThrow();
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
                    pictures = PictureFolder.deep(next.path()).pictures().iterator();
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
        private final Classes classes;

        Lines(Path list, Classes classes) throws IOException {
            this.folder = Optional.ofNullable(list.getParent()).orElse(Path.of(""));
            this.file = ListFile.open(list, ListNames.PICTURES, this::isThere);
            this.classes = classes;
        }

        private boolean isThere(String name) {
            try {
                return Files.exists(folder.resolve(name));
            } catch (InvalidPathException e) {
                return false; // and will be said of the line
            }
        }

        Optional<LabelledImage> next() throws IOException {
            Optional<ListLine> line = file.next();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            String name = line.get().value();
            int index = classes.index(name)
                    .orElseThrow(() ->
                            file.malformed("the labels map " + classes.map.name() + " does not know '" + name + "'"));
            try {
                return Optional.of(new LabelledImage(folder.resolve(line.get().key()), index));
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

        ListIterator(Path list, Classes classes) {
            try {
                this.lines = new Lines(list, classes);
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
}
