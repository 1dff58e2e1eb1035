package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of one tower on the command line: each command does what it can, or says in one line what is missing. */
class OneTowerTest {
    private static final SyntheticCheckpoint TINY = SyntheticCheckpoint.TINY;
    private static final String NO_TEXT = "expected a model with a text tower, found an image tower alone";
    private static final String NO_IMAGE = "expected a model with an image tower, found a text tower alone";
    private static final String PICTURE =
            TestData.committed().path("images/coffee_small_150x100.png").toString();

    @TempDir
    private static Path folder;

    private static Path image;
    private static Path text;

    @BeforeAll
    static void convertsBothTowers() {
        image = convert("image", SyntheticFolder.ofVision(TINY), "has an image tower alone");
        text = convert("text", SyntheticFolder.ofText(TINY), "has a text tower alone");
    }

    private static Path convert(String name, SyntheticFolder checkpoint, String note) {
        Path source = checkpoint.write(folder.resolve(name));
        Path model = folder.resolve(name + ".safetensors");
        Streams streams = run(0, "convert", source.toString(), "-o", model.toString());
        assertTrue(streams.err().contains(source + ": " + note), streams.err());
        return model;
    }

    private static Streams run(int exitCode, String... args) {
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(args, streams.terminal()), () -> String.join(" ", args) + ": " + streams.err());
        return streams;
    }

    private static void assertRefused(Path model, String message, String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(1, List.of("--model", model.toString()));
        String err = run(2, all.toArray(String[]::new)).err();
        assertTrue(err.contains(model + ": " + message), err);
        assertEquals(1, err.lines().count(), err);
    }

    @Test
    void anImageTowerDoesWhatItCan() {
        String model = image.toString();
        String row = run(0, "embed", "image", "--model", model, PICTURE).out();
        assertEquals(
                TINY.projection(),
                JsonParser.parseString(row)
                        .getAsJsonObject()
                        .getAsJsonArray("embedding")
                        .size());
        run(
                0,
                "preprocess",
                "--model",
                model,
                PICTURE,
                "-o",
                folder.resolve("crop.png").toString());
        String inspected = run(0, "inspect", model).out();
        assertTrue(inspected.contains("image alone: no text can be encoded, nothing compared"), inspected);
        assertTrue(inspected.matches("(?s).*\ntext tower +none\n.*"), inspected);
        JsonObject json =
                JsonParser.parseString(run(0, "inspect", "--json", model).out()).getAsJsonObject();
        assertFalse(json.getAsJsonObject("config").has("text"));
        String bench = run(
                        0,
                        "bench",
                        "--model",
                        model,
                        "--repetitions",
                        "1",
                        "--warmup",
                        "0",
                        "--batch",
                        "1",
                        "--threads",
                        "1")
                .out();
        assertTrue(bench.contains("image") && !bench.contains("classify"), bench);
    }

    @Test
    void anImageTowerSaysWhatItLacks() {
        assertRefused(image, NO_TEXT, "classify", "--labels", "cat,dog", PICTURE);
        assertRefused(image, NO_TEXT, "rank", "--text", "a cat", PICTURE);
        assertRefused(image, NO_TEXT, "explain", "--labels", "cat,dog", PICTURE);
        assertRefused(image, NO_TEXT, "locate", "--labels", "cat,dog", PICTURE);
        assertRefused(image, NO_TEXT, "labels", "--labels", "cat,dog", "-o", folder + "/none.classifier");
        assertRefused(image, NO_TEXT, "tokenize", "a cat");
        assertTrue(run(2, "embed", "text", "--model", image.toString(), "a cat")
                .err()
                .contains(NO_TEXT));
        assertTrue(run(2, "verify", image.toString()).err().contains(NO_TEXT));
    }

    @Test
    void aTextTowerDoesWhatItCanAndSaysWhatItLacks() {
        String model = text.toString();
        run(0, "embed", "text", "--model", model, "a cat");
        run(0, "tokenize", "--model", model, "a cat");
        String inspected = run(0, "inspect", model).out();
        assertTrue(inspected.contains("text alone: no picture can be encoded, nothing compared"), inspected);
        assertTrue(inspected.matches("(?s).*\nimage tower +none\n.*"), inspected);
        run(0, "inspect", "--json", model);
        run(0, "bench", "--model", model, "--repetitions", "1", "--warmup", "0", "--batch", "1", "--threads", "1");

        assertRefused(text, NO_IMAGE, "classify", "--labels", "cat,dog", PICTURE);
        assertRefused(text, NO_IMAGE, "rank", "--text", "a cat", PICTURE);
        assertRefused(text, NO_IMAGE, "labels", "--labels", "cat,dog", "-o", folder + "/none.classifier");
        assertRefused(text, NO_IMAGE, "preprocess", PICTURE, "-o", folder + "/crop.png");
        assertTrue(run(2, "embed", "image", "--model", model, PICTURE).err().contains(NO_IMAGE));
    }

    @Test
    void anImageTowerIndexesPicturesAndFindsThoseThatAreAlike() throws Exception {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (String name : List.of("a.png", "b.png")) {
            Files.copy(Path.of(PICTURE), pictures.resolve(name));
        }
        String index = folder.resolve("index").toString();
        run(0, "index", "--model", image.toString(), "--index", index, pictures.toString());
        String found = run(
                        0,
                        "similar",
                        "--index",
                        index,
                        pictures.resolve("a.png").toString())
                .out();
        assertTrue(found.contains("b.png"), found);
        Streams search = run(2, "search", "--model", image.toString(), "--index", index, "a cat");
        assertTrue(search.err().contains(NO_TEXT), search.err());
    }

    @Test
    void bothJoinedClassify() {
        Path model = folder.resolve("joined.safetensors");
        String[] convert = {
            "convert",
            folder.resolve("image").toString(),
            "--text",
            folder.resolve("text").toString(),
            "-o",
            model.toString()
        };
        String told = run(2, convert).err();
        assertTrue(told.contains("--logit-scale"), told);
        List<String> with = new ArrayList<>(List.of(convert));
        with.addAll(List.of("--logit-scale", "100"));
        run(0, with.toArray(String[]::new));
        String row = run(
                        0, "classify", "--model", model.toString(), "--labels", "cat,dog", "--format", "jsonl", PICTURE)
                .out();
        assertEquals(
                2,
                JsonParser.parseString(row)
                        .getAsJsonObject()
                        .getAsJsonArray("scores")
                        .size());
        String missing = run(3, "convert", folder.resolve("image").toString(), "--text", "none", "-o", model.toString())
                .err();
        assertTrue(missing.contains("--text none: no such file or folder"), missing);
    }
}
