package org.clipjava.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders with all that is in them. */
final class FileTree {
    private FileTree() {}

    /** What is in a folder, sorted; nothing if it is not there. */
    static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** A folder with all that is in it at any depth, sorted; nothing if it is not there. */
    static List<Path> all(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Bytes of all files in a folder; links count nothing. */
    static long bytes(Path folder) throws IOException {
        long bytes = 0;
        for (Path file : all(folder)) {
            bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
        }
        return bytes;
    }

    /** Deletes a folder with all that is in it; links are deleted and not followed. */
    static void delete(Path folder) throws IOException {
        List<Path> files =
                all(folder).stream().sorted(Comparator.reverseOrder()).toList();
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
