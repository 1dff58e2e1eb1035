package org.clipjava.testdata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files, pipes and sockets that this process has open, on Linux. */
public final class OpenFiles {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private OpenFiles() {}

    /** What each descriptor leads to, sorted; none where the system does not tell. Class files and jars are left out. */
    public static List<String> now() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors
                    .map(OpenFiles::target)
                    .filter(target -> !target.isEmpty()
                            && !target.endsWith(".jar")
                            && !target.contains("/lib/")
                            && !target.endsWith(".ttf") // AWT keeps a font for the JVM's life
                            && !target.startsWith("/proc/")
                            && !target.startsWith("/dev/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // the one that lists the folder, closed by now
        }
    }
}
