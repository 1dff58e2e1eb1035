package org.clipjava.cli.output;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.clipjava.io.Shown;

/**
 * Copies or moves pictures into a folder for each label. No file is ever replaced: where another has the name, a number is added; where
 * the same file is there already, nothing is done.
 */
public final class PictureSorter {
    private static final int LONGEST_NAME = 100;

    private final Path root;
    private final boolean moves;
    private final boolean dryRun;
    private final Map<String, Integer> counts = new TreeMap<>();

    /** Names that a dry run would have taken. */
    private final Set<Path> planned = new HashSet<>();

    /** Pictures that a dry run would have moved away. */
    private final Set<Path> gone = new HashSet<>();

    /**
     * Makes nothing yet.
     *
     * @param root with a folder for each label, made as they are needed
     * @param moves whether pictures leave where they are
     * @param dryRun whether nothing is done
     */
    public PictureSorter(Path root, boolean moves, boolean dryRun) {
        this.root = root;
        this.moves = moves;
        this.dryRun = dryRun;
    }

    /**
     * Puts a picture where it belongs.
     *
     * @return where it is then, or would be
     * @throws NoSuchFileException if it has been moved away already
     */
    public Path put(Path picture, String label) throws IOException {
        if (dryRun && moves && !gone.add(picture.toAbsolutePath().normalize())) {
            throw new NoSuchFileException(picture.toString());
        }
        Path folder = root.resolve(folderName(label));
        String name = Optional.ofNullable(picture.getFileName()).orElseThrow().toString();
        int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
        for (int number = 1; ; number++) {
            String own = number == 1 ? name : name.substring(0, dot) + " (" + number + ")" + name.substring(dot);
            Path target = folder.resolve(own);
            if (Files.exists(target) ? isThere(picture, target) : !planned.contains(target) && put(picture, target)) {
                counts.merge(label, 1, Integer::sum);
                return target;
            }
        }
    }

    /** Whether the file there is this picture, or a copy of it that need not be made again. */
    private boolean isThere(Path picture, Path target) throws IOException {
        return Files.isSameFile(picture, target) || (!moves && Files.mismatch(picture, target) < 0);
    }

    /** Whether the name was still free. */
    private boolean put(Path picture, Path target) throws IOException {
        if (dryRun) {
            planned.add(target);
            return true;
        }
        Files.createDirectories(Optional.ofNullable(target.getParent()).orElseThrow());
        try {
            if (moves && Files.isSymbolicLink(picture)) {
                // a link that says where its target lies from here would lead elsewhere from there
                Files.createSymbolicLink(target, picture.toRealPath());
                Files.delete(picture);
            } else if (moves) {
                Files.move(picture, target);
            } else {
                Files.copy(picture, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false; // since it was looked for
        }
    }

    /** A label as a folder may be called on every system. */
    static String folderName(String label) {
        String name = Shown.escaped(label).replaceAll("[/\\\\:*?\"<>|]", "_").strip();
        name = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME).strip() : name;
        // Hidden, above or, on Windows, not to be opened.
        name = name.replaceFirst("^\\.+", "_").replaceFirst("[. ]+$", "");
        return name.isEmpty() ? "_" : name;
    }

    /** What was done, for people. */
    public String summary() {
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        String verb = (dryRun ? "would " : "") + (moves ? dryRun ? "move" : "moved" : dryRun ? "copy" : "copied");
        return "%s %,d %s to %s".formatted(verb, all, all == 1 ? "picture" : "pictures", root)
                + counts.entrySet().stream()
                        .map(entry -> "%s %,d".formatted(Shown.text(entry.getKey()), entry.getValue()))
                        .collect(Collectors.joining(", ", all == 0 ? "" : ": ", ""));
    }
}
