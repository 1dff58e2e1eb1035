package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clipjava.eval.LabelMap;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalTest {
    private static final Path LIST = TestData.committed().path("pictograms/labels.csv");

    @TempDir
    Path folder;

    private final Streams streams = new Streams("");

    private Path small;

    @BeforeEach
    void makesClassFolders() throws IOException {
        small = folder.resolve("small");
        for (String name : List.of("banana.jpg", "bathtub.png", "automobile.png")) {
            Path to = small.resolve(name.substring(0, name.indexOf('.'))).resolve(name);
            Files.createDirectories(to.getParent());
            Files.copy(TestData.committed().path("pictograms/" + name), to);
        }
    }

    @Test
    void reportsInEveryFormat() throws IOException {
        Path html = folder.resolve("report.html");
        Path json = folder.resolve("report.json");
        assertEquals(
                0,
                run(
                        "eval",
                        LIST.toString(),
                        "--compare",
                        "article,none",
                        "--html",
                        html.toString(),
                        "--json",
                        json.toString()),
                streams.err());
        String text = streams.out();
        assertTrue(text.startsWith("the built-in model on labels.csv: 100 pictures, 100 labels\n"), text);
        assertTrue(text.contains("\n  acc1  ") && text.contains(" of 100\n") && text.contains("seed 1"), text);
        String page = Files.readString(html);
        assertTrue(page.startsWith("<!DOCTYPE html>"));
        assertTrue(page.contains("by clip ") && page.contains("<code>clip eval " + LIST + " "), "how it came about");
        JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertEquals(
                2, report.getAsJsonObject("comparison").getAsJsonArray("sets").size());
        double acc1 = report.getAsJsonObject("summary")
                .getAsJsonObject("metrics")
                .get("acc1")
                .getAsDouble();
        assertTrue(acc1 > 0.6 && acc1 < 1, "acc1 " + acc1);
    }

    @Test
    void namesBrokenPicturesAndExitsWithFive() throws IOException {
        Files.writeString(small.resolve("banana/broken.png"), "no picture");
        assertEquals(5, run("eval", small.toString(), "--format", "json"));
        JsonObject report = JsonParser.parseString(streams.out()).getAsJsonObject();
        assertEquals(3, report.getAsJsonObject("summary").get("pictures").getAsInt());
        assertEquals(1, report.getAsJsonArray("broken").size());
        assertTrue(streams.err().contains("clip: " + small.resolve("banana/broken.png") + ": "), streams.err());
    }

    @Test
    void exitsWithSixIfNoPictureCanBeRead() throws IOException {
        for (String label : List.of("a", "b")) {
            Files.createDirectories(folder.resolve("none").resolve(label));
            Files.writeString(folder.resolve("none").resolve(label).resolve("x.png"), "");
        }
        Path html = folder.resolve("report.html");
        assertEquals(6, run("eval", folder.resolve("none").toString(), "--html", html.toString()));
        assertEquals("", streams.out());
        for (String label : List.of("a", "b")) {
            Path picture = folder.resolve("none").resolve(label).resolve("x.png");
            assertTrue(streams.err().contains("clip: " + picture + ": "), streams.err());
        }
        assertFalse(Files.exists(html));
    }

    @Test
    void resumesFromTheCache() throws IOException {
        String[] command = {
            "eval",
            small.toString(),
            "--resume",
            "--cache",
            folder.resolve("cache").toString(),
            "--format",
            "json"
        };
        assertEquals(0, run(command));
        Streams again = new Streams("");
        assertEquals(0, Main.run(command, again.terminal(), Map.of()));
        assertEquals(streams.out(), again.out());
        try (var files = Files.list(folder.resolve("cache"))) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void evaluatesImagenettesLayout() throws IOException {
        LabelMap map = LabelMap.builtIn("imagenette").orElseThrow();
        Path val = folder.resolve("imagenette2-320/val");
        for (String wnid : map.labels().keySet()) {
            Files.createDirectories(val.resolve(wnid));
            Files.copy(
                    TestData.committed().path("images/rocket.jpg"),
                    val.resolve(wnid).resolve("ILSVRC2012_val_00000293.JPEG"));
        }
        assertEquals(0, run("eval", val.toString(), "--labels-map", "imagenette", "--template-set", "article"));
        assertTrue(
                streams.out().startsWith("the built-in model on imagenette: 10 pictures, 10 labels\n"), streams.out());
        assertTrue(
                streams.out().contains("acc1                   10.00 %"), "the same picture for all: " + streams.out());
    }

    @Test
    void scoresAmongOtherLabels() {
        assertEquals(
                0,
                run("eval", small.toString(), "--labels", "banana,bathtub,automobile,snail,fish", "--format", "json"),
                streams.err());
        JsonObject summary =
                JsonParser.parseString(streams.out()).getAsJsonObject().getAsJsonObject("summary");
        assertEquals(5, summary.get("labels").getAsInt());
        assertTrue(summary.getAsJsonObject("metrics").has("acc5"));
    }

    @Test
    void saysWhatIsWrongWithTheCommand() {
        fails("--template and --template-set: give one of the two", "--template", "{}", "--template-set", "hf");
        fails("--compare: expected one of article, hf, none, openai-7,", "--compare", "article,nonsense");
        fails("--batch: expected 1 to 1024, found 0", "--batch", "0");
        fails("--cache says where --resume keeps embeddings; give that too", "--cache", "x");
        fails("--labels-map nothing.csv: no such file", "--labels-map", "nothing.csv");
        fails("has pictures of 'automobile', which is none of the labels given", "--labels", "banana,bathtub");
        fails(
                "no folder " + folder.resolve("gone"),
                "--html",
                folder.resolve("gone/r.html").toString());
        assertEquals(2, run("eval", folder.resolve("gone").toString()));
        assertTrue(streams.err().endsWith("clip: " + folder.resolve("gone") + ": no such file\n"), streams.err());
    }

    private void fails(String problem, String... options) {
        String[] command = new String[options.length + 2];
        command[0] = "eval";
        command[1] = small.toString();
        System.arraycopy(options, 0, command, 2, options.length);
        Streams own = new Streams("");
        assertEquals(2, Main.run(command, own.terminal(), Map.of()), own.err());
        assertTrue(own.err().contains(problem), own.err());
    }

    private int run(String... command) {
        return Main.run(command, streams.terminal(), Map.of());
    }
}
