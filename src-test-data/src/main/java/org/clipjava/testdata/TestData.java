package org.clipjava.testdata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Goldens and pictures, read from a folder laid out as {@code golden/} and {@code images/}.
 *
 * <p>{@link #committed()} is the copy that travels with the project. {@link #all()} adds the complete reference folder
 * where there is one (system property {@code clip.reference}, or {@code ../shared/reference} beside the project): it
 * holds the pictures whose licence keeps them out of the project, and whatever cases were added since.
 */
public final class TestData {
    /** The labels of the goldens' texts, Imagenette's ten, in their order; the template is {@code a photo of a {}}. */
    public static final List<String> GOLDEN_LABELS = List.of(
            "tench",
            "English springer",
            "cassette player",
            "chain saw",
            "church",
            "French horn",
            "garbage truck",
            "gas pump",
            "golf ball",
            "parachute");

    private final String name;
    private final Path folder;

    private TestData(String name, Path folder) {
        this.name = name;
        this.folder = folder;
    }

    /** The goldens and pictures of {@code src-test-data}. */
    public static TestData committed() {
        return new TestData("committed", projectRoot().resolve("src-test-data"));
    }

    /** {@link #committed()} and, where present, the complete reference. */
    public static List<TestData> all() {
        String property = System.getProperty("clip.reference");
        Path reference = property != null ? Path.of(property) : projectRoot().resolve("../shared/reference");
        return Files.isDirectory(reference)
                ? List.of(committed(), new TestData("reference", reference))
                : List.of(committed());
    }

    /** Those of {@link #all()} that have {@code file}, each of its contents once. */
    public static List<TestData> having(String file) {
        List<TestData> distinct = new ArrayList<>();
        for (TestData data : all()) {
            if (data.has(file)
                    && distinct.stream().noneMatch(other -> Arrays.equals(other.bytes(file), data.bytes(file)))) {
                distinct.add(data);
            }
        }
        return List.copyOf(distinct);
    }

    /** A file below the folder, as {@code "golden/tokens.json"}. */
    public Path path(String file) {
        return folder.resolve(file);
    }

    public boolean has(String file) {
        return Files.exists(path(file));
    }

    public byte[] bytes(String file) {
        try {
            return Files.readAllBytes(path(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String text(String file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    /** Names of the pictures, sorted. */
    public List<String> images() {
        try (Stream<Path> files = Files.list(path("images"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** The small model that {@code clip.jar} carries. */
    public static Path builtInModel() {
        return projectRoot().resolve("pictogram/src/main/resources/META-INF/clip-java/models/pictogram.safetensors");
    }

    /** Tests start in their module's folder or in the root; the root is the one that holds {@code src-test-data}. */
    public static Path projectRoot() {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.isDirectory(p.resolve("src-test-data"))) {
                return p;
            }
        }
        throw new IllegalStateException(
                "src-test-data not found above " + Path.of("").toAbsolutePath());
    }
}
