package org.clipjava.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** An installed Java, known by the {@code release} file in its folder: nothing is started to ask its version. */
final class JavaHome {
    /** The oldest Java that runs the commands. */
    static final int NEEDED = 25;

    static final String VECTOR_MODULE = "jdk.incubator.vector";

    private final Path folder;
    private final String version;
    private final List<String> modules;

    private JavaHome(Path folder, String version, List<String> modules) {
        this.folder = folder;
        this.version = version;
        this.modules = modules;
    }

    /** The Java in a folder; empty if the folder has no readable {@code release} file that names a version. */
    static Optional<JavaHome> in(Path folder) {
        List<String> lines;
        try {
            // Java 8 would throw on bytes that are not UTF-8; the two keys of interest are plain ASCII.
            lines = Files.readAllLines(folder.resolve("release"), StandardCharsets.ISO_8859_1);
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
        String version = value(lines, "JAVA_VERSION");
        if (version.isEmpty()) {
            return Optional.empty();
        }
        String modules = value(lines, "MODULES");
        return Optional.of(new JavaHome(
                folder,
                version,
                modules.isEmpty() ? Collections.<String>emptyList() : Arrays.asList(modules.split(" "))));
    }

    /** The Java that runs this; one without a release file is taken for a complete JDK. */
    static JavaHome ofThisProcess() {
        Path folder = Paths.get(System.getProperty("java.home"));
        Optional<JavaHome> home = in(folder);
        return home.isPresent()
                ? home.get()
                : new JavaHome(folder, System.getProperty("java.version"), Collections.<String>emptyList());
    }

    Path folder() {
        return folder;
    }

    /** As the release file has it: {@code 25.0.3}, {@code 1.8.0_402}. */
    String version() {
        return version;
    }

    Path executable() {
        Path unix = folder.resolve("bin").resolve("java");
        return Files.isRegularFile(unix) ? unix : folder.resolve("bin").resolve("java.exe");
    }

    /** Whether it has the Vector API; a release file that lists no modules is that of a complete JDK. */
    boolean hasVectorModule() {
        return modules.isEmpty() || modules.contains(VECTOR_MODULE);
    }

    /** Empty if clip.jar can continue here, else why not. */
    String unfitness() {
        if (feature(version) < NEEDED) {
            return "Java " + version;
        }
        if (!hasVectorModule()) {
            return "Java " + version + " without the module " + VECTOR_MODULE;
        }
        return Files.isExecutable(executable()) ? "" : "Java " + version + " without bin/java";
    }

    boolean fits() {
        return unfitness().isEmpty();
    }

    /** The feature number of a version: 25 of {@code 25.0.3}, 8 of {@code 1.8.0_402}, 26 of {@code 26-ea}; 0 if none. */
    static int feature(String version) {
        int[] numbers = numbers(version);
        if (numbers.length == 0) {
            return 0;
        }
        return numbers[0] == 1 && numbers.length > 1 ? numbers[1] : numbers[0];
    }

    /** Negative, zero or positive as the first version is older than, as old as or newer than the second. */
    static int compareVersions(String first, String second) {
        int[] a = numbers(first);
        int[] b = numbers(second);
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            int order = Integer.compare(i < a.length ? a[i] : 0, i < b.length ? b[i] : 0);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int[] numbers(String version) {
        String[] parts = version.split("[^0-9]+");
        int[] numbers = new int[parts.length];
        int n = 0;
        for (String part : parts) {
            // Longer runs of digits are dates of early builds; no feature number has them.
            if (!part.isEmpty() && part.length() <= 9) {
                numbers[n++] = Integer.parseInt(part);
            }
        }
        return Arrays.copyOf(numbers, n);
    }

    private static String value(List<String> lines, String key) {
        for (String line : lines) {
            if (line.startsWith(key + "=")) {
                return line.substring(key.length() + 1).replace("\"", "").trim();
            }
        }
        return "";
    }
}
