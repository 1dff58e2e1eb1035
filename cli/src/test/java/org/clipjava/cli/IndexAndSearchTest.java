package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clip index} and the commands that read what it wrote. */
class IndexAndSearchTest {
    private static final List<String> PICTOGRAMS = List.of("snail", "bird", "automobile", "bouquet", "bathtub");

    @TempDir
    Path root;

    @BeforeEach
    void copiesPictures() throws IOException {
        Files.createDirectories(pictures());
        for (String name : PICTOGRAMS) {
            Files.copy(TestData.committed().path("pictograms/" + name + ".png"), picture(name));
        }
    }

    private Path pictures() {
        return root.resolve("pictures");
    }

    private Path picture(String name) {
        return pictures().resolve(name + ".png");
    }

    private Streams run(int expected, String... args) {
        Streams streams = new Streams("");
        int code = Main.run(
                args,
                streams.terminal(),
                Map.of("CLIP_HOME", root.resolve("home").toString()));
        assertEquals(expected, code, streams.err());
        return streams;
    }

    private static String[] with(List<String> first, String... more) {
        return Stream.concat(first.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private Streams index(int expected, String... more) {
        return run(expected, with(List.of("index", pictures().toString()), more));
    }

    private String search(String... more) {
        return run(0, with(List.of("search"), more)).out();
    }

    @Test
    void findsWhatItIndexed() {
        assertTrue(index(0).err().endsWith("clip: 5 pictures in the index: 5 new\n"));
        assertTrue(index(0).err().endsWith("clip: 5 pictures in the index; nothing changed\n"));
        assertEquals(picture("snail") + "\n", search("snail", "-n", "1", "--format", "paths", "--all"));
        assertEquals(picture("bird") + "\0", search("path:bird", "--format", "paths", "-0"));
        assertEquals(picture("bird") + "\n", search("path:bird", "--format", "paths"));
        String table = search("snail", "-n", "1", "--all");
        assertTrue(table.matches(" +\\d+ %   0\\.\\d{4}  \\Q" + picture("snail") + "\\E\n"), table);
        String json = search("snail", "-n", "1", "--format", "json", "--all");
        assertTrue(json.contains("\"image\":\"" + picture("snail") + "\",\"probability\":0."), json);
        assertEquals(6, search("snail", "--all", "--format", "csv").lines().count());
        assertEquals(
                5,
                search("snail", "--all", "--format", "jsonl", "--exact").lines().count());
    }

    @Test
    void showsNothingWhereNothingIsLikely() {
        index(0);
        Streams streams = run(0, "search", "a", "tax", "report");
        assertEquals("", streams.out());
        assertEquals("clip: nothing in the index seems to show that; --all shows what comes nearest\n", streams.err());
        assertEquals(
                "clip: no picture in the index is so\n",
                run(0, "search", "date:2021").err());
    }

    @Test
    void tellsOfABrokenPictureOnce() throws IOException {
        Files.writeString(pictures().resolve("broken.png"), "no picture");
        String err = index(5).err();
        assertTrue(err.contains("broken.png: expected a picture"), err);
        assertTrue(err.endsWith("clip: 5 pictures in the index: 5 new, 1 broken\n"), err);
        assertEquals("clip: 5 pictures in the index; nothing changed\n", index(0).err());
    }

    @Test
    void takesTheIndexsOwnFoldersWhereNoneIsNamed() throws IOException {
        index(0);
        Files.delete(picture("snail"));
        assertEquals("clip: 4 pictures in the index: 1 gone\n", run(0, "index").err());
    }

    @Test
    void complainsOfWhatIsMissing() {
        String err = run(2, "search", "cat").err();
        assertTrue(err.contains("home/index: no index of pictures; make one with clip index DIR"), err);
        err = run(2, "index").err();
        assertEquals("clip: no folder given, and the index has none yet; name at least one DIR\n", err);
        err = run(2, "index", picture("snail").toString()).err();
        assertEquals(
                "clip: " + picture("snail") + ": expected a folder of pictures, found a file; name its folder\n", err);
        index(0);
        assertTrue(run(2, "search", "near:1").err().startsWith("clip: query: expected near:"));
        assertTrue(run(2, "search", "./no.png").err().contains("no such file"));
        assertTrue(run(2, "search", "x", "--min", "2").err().contains("expected a probability"));
    }
}
