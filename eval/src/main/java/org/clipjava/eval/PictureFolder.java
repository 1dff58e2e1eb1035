package org.clipjava.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a folder that are called as pictures are, those of kinds too that are not decoded: whoever reads them is told so, which
 * is better than to have fewer pictures than one thinks. Hidden files are left out. Links are followed, but for those that lead back to
 * a folder that they are in.
 *
 * @param pictures sorted
 * @param others how many files are no pictures by their names, by the ends of these: {@code .txt}
 * @param loops links that lead back
 */
public record PictureFolder(List<Path> pictures, Map<String, Integer> others, List<Path> loops) {
    private static final Set<String> ENDS = Set.of(
            ("jpg jpeg jpe jfif pjpeg pjp mpo png apng gif bmp dib tif tiff webp heic heif hif avif jp2 j2k jpx jxl"
                            + " ico svg tga psd pcx pnm ppm pgm pbm pam pfm qoi dng cr2 cr3 nef arw orf rw2 raf")
                    .split(" "));

    /** Copies the lists. */
    public PictureFolder {
        pictures = List.copyOf(pictures);
        others = Map.copyOf(others);
        loops = List.copyOf(loops);
    }

    /** Those of the folder itself. */
    public static PictureFolder flat(Path folder) throws IOException {
        Walk walk = new Walk(false);
        walk.go(folder);
        return walk.found();
    }

    /** Those at any depth. */
    public static PictureFolder deep(Path folder) throws IOException {
        Walk walk = new Walk(true);
        walk.go(folder);
        return walk.found();
    }

    /** Whether a file is called as pictures are. */
    public static boolean isPicture(Path path) {
        return !isHidden(path) && isPictureEnd(end(path));
    }

    static boolean isPictureEnd(String end) {
        return ENDS.contains(end.toLowerCase(Locale.ROOT));
    }

    /** What is left out, for people: {@code 3 files (.txt, .json)}; empty if nothing is. */
    public Optional<String> leftOut() {
        int files = others.values().stream().mapToInt(Integer::intValue).sum();
        return files == 0
                ? Optional.empty()
                : Optional.of((files == 1 ? "1 file" : "%,d files".formatted(files)) + " ("
                        + others.keySet().stream().sorted().limit(8).collect(Collectors.joining(", ")) + ")");
    }

    /** The same and another's. */
    PictureFolder and(PictureFolder other) {
        Map<String, Integer> all = new TreeMap<>(others);
        other.others.forEach((end, count) -> all.merge(end, count, Integer::sum));
        return new PictureFolder(
                Stream.concat(pictures.stream(), other.pictures.stream()).toList(),
                all,
                Stream.concat(loops.stream(), other.loops.stream()).toList());
    }

    /** What is in a folder, sorted. */
    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static boolean isHidden(Path path) {
        return name(path).startsWith(".");
    }

    static String name(Path path) {
        return Optional.ofNullable(path.getFileName()).map(Path::toString).orElse("");
    }

    private static String end(Path path) {
        String name = name(path);
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static final class Walk {
        private final boolean deep;
        private final List<Path> pictures = new ArrayList<>();
        private final Map<String, Integer> others = new TreeMap<>();
        private final List<Path> loops = new ArrayList<>();

        /** The folders that the walk is in, without links. */
        private final Set<Path> above = new HashSet<>();

        Walk(boolean deep) {
            this.deep = deep;
        }

        void go(Path folder) throws IOException {
            Path real = folder.toRealPath();
            if (!above.add(real)) {
                loops.add(folder);
                return;
            }
            for (Path path : entries(folder)) {
                if (Files.isDirectory(path)) {
                    if (deep) {
                        go(path);
                    }
                } else if (isPicture(path)) {
                    pictures.add(path);
                } else if (!isHidden(path)) {
                    others.merge(name(path).indexOf('.') < 0 ? "without an ending" : "." + end(path), 1, Integer::sum);
                }
            }
            above.remove(real);
        }

        PictureFolder found() {
            return new PictureFolder(pictures.stream().sorted().toList(), others, loops);
        }
    }
}
