package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.clipjava.cli.output.StandardOutput;
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
    void followsChangesUntilItIsInterrupted() throws Exception {
        Path home = root.resolve("home");
        AtomicInteger exitCode = new AtomicInteger();
        Streams streams = new Streams("");
        String[] args = {"index", "--watch", pictures().toString()};
        Thread watching = new Thread(
                () -> exitCode.set(Main.run(args, streams.terminal(), Map.of("CLIP_HOME", home.toString()))));
        watching.start();
        await(streams, "5 pictures in the index: 5 new");
        Files.createDirectories(pictures().resolve("deep"));
        Files.move(picture("snail"), pictures().resolve("deep/moved.png"));
        await(streams, "5 pictures in the index: 1 moved or copied");
        Files.delete(pictures().resolve("deep/moved.png"));
        await(streams, "4 pictures in the index: 1 gone");
        watching.interrupt();
        watching.join();
        assertEquals(130, exitCode.get(), streams.err());
    }

    private static void await(Streams streams, String line) throws InterruptedException {
        for (int i = 0; i < 6000 && !streams.err().contains(line); i++) {
            Thread.sleep(20);
        }
        assertTrue(streams.err().contains(line), streams.err());
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

    @Test
    void findsWhatIsLikeAPicture() throws IOException {
        index(0);
        String others = run(0, "similar", picture("snail").toString(), "--format", "paths")
                .out();
        assertEquals(4, others.lines().count());
        assertFalse(others.contains("snail"), others);
        Path copy = Files.copy(picture("snail"), root.resolve("elsewhere.png"));
        assertEquals(
                picture("snail") + "\n",
                run(0, "similar", copy.toString(), "-n", "1", "--format", "paths")
                        .out());
        assertEquals(
                6,
                Main.run(
                        new String[] {"similar", "no.png"},
                        new Streams("").terminal(),
                        Map.of("CLIP_HOME", root.resolve("home").toString())));
    }

    @Test
    void showsDuplicatesWithTheBestCopyFirst() throws IOException {
        Files.copy(picture("snail"), pictures().resolve("again.png"));
        index(0);
        Path page = root.resolve("page.html");
        String text = run(0, "duplicates", "--html", page.toString()).out();
        assertTrue(text.matches("same file\n.*again.png\n.*snail.png\n"), text);
        String json = run(0, "duplicates", "--json").out();
        assertTrue(json.startsWith("[\n{\"likeness\":\"same file\",\"pictures\":[{\"image\":\""), json);
        String html = Files.readString(page);
        assertEquals(2, html.split("<img ", -1).length - 1, html);
        Files.delete(pictures().resolve("again.png"));
        index(0);
        Streams none = run(0, "duplicates", "--json");
        assertEquals("[]\n", none.out());
        assertEquals("clip: no two pictures in the index are the same\n", none.err());
    }

    @Test
    void writesAPageAndPutsPicturesIntoAFolder() throws IOException {
        Files.move(picture("bird"), pictures().resolve("<b>&\"bird\".png"));
        index(0);
        Path page = root.resolve("page.html");
        Path copies = root.resolve("copies");
        Path links = root.resolve("links");
        for (int twice = 0; twice < 2; twice++) {
            search(
                    "snail",
                    "--all",
                    "--html",
                    page.toString(),
                    "--copy-to",
                    copies.toString(),
                    "--link-to",
                    links.toString());
        }
        String html = Files.readString(page);
        assertEquals(5, html.split("src=\"data:image/jpeg;base64,", -1).length - 1);
        assertTrue(html.contains("&lt;b&gt;&amp;&quot;bird&quot;.png") && !html.contains("<b>"), html);
        assertEquals(5, names(copies).size());
        assertEquals(names(copies), names(links));
        assertTrue(Files.isSymbolicLink(links.resolve("snail.png")));
        Files.write(copies.resolve("snail.png"), new byte[1]);
        search("snail", "-n", "1", "--all", "--copy-to", copies.toString());
        assertEquals(1, Files.size(copies.resolve("snail.png")), "no file is replaced");
        assertEquals(-1, Files.mismatch(picture("snail"), copies.resolve("snail (2).png")));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void tagsPictures() throws IOException {
        index(0);
        Path foreign = Files.writeString(pictures().resolve("bird.png.xmp"), "<x:xmpmeta/>");
        Streams tagged = run(5, "tag", "--labels", "snail,bathtub", "--store", "--xmp");
        assertTrue(tagged.out().startsWith("image,label,score\n"), tagged.out());
        assertTrue(tagged.out().contains(picture("snail") + ",snail,0.9"), tagged.out());
        assertTrue(tagged.err().contains("bird.png.xmp: left alone"), tagged.err());
        assertEquals("<x:xmpmeta/>", Files.readString(foreign));
        String sidecar = Files.readString(pictures().resolve("snail.png.xmp"));
        assertTrue(sidecar.contains("<rdf:li>snail</rdf:li>"), sidecar);
        assertTrue(search("tag:snail", "--format", "paths")
                .contains(picture("snail").toString()));
        assertFalse(search("tag:snail", "--format", "paths")
                .contains(picture("bathtub").toString()));
        Files.delete(foreign);
        String again = run(0, "tag", "--labels", "cactus", "--xmp", "--format", "jsonl")
                .out();
        assertEquals(5, again.lines().count());
        assertTrue(Files.readString(pictures().resolve("snail.png.xmp")).contains("<rdf:li>cactus</rdf:li>"));
        String json =
                run(0, "tag", "--labels", "snail,bathtub", "--format", "json").out();
        JsonArray pictures = JsonParser.parseString(json).getAsJsonArray();
        assertEquals(5, pictures.size());
        JsonObject snail = pictures.asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(picture -> picture.get("image")
                        .getAsString()
                        .equals(picture("snail").toString()))
                .findFirst()
                .orElseThrow();
        JsonObject label = snail.getAsJsonArray("labels").get(0).getAsJsonObject();
        assertEquals("snail", label.get("label").getAsString());
        assertTrue(label.get("score").getAsDouble() > 0.9, json);
    }

    @Test
    void letsATerminalOpenWhatWasFound() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        StandardOutput terminal = StandardOutput.ofTerminal(shown);
        terminal.link(URI.create("file:///a%20b.png"), "a b\u001b.png");
        assertEquals(
                "\u001b]8;;file:///a%20b.png\u001b\\a b\\u001b.png\u001b]8;;\u001b\\",
                shown.toString(StandardCharsets.UTF_8));
        ByteArrayOutputStream piped = new ByteArrayOutputStream();
        new StandardOutput(piped).link(URI.create("file:///a.png"), "a.png");
        assertEquals("a.png", piped.toString(StandardCharsets.UTF_8));
    }
}
