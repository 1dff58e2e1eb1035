package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.Scenes;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clip locate} with the built-in model, on a cactus to the left of a purse. */
class LocateTest {
    @TempDir
    private static Path folder;

    private static final String PICTURE =
            TestData.committed().path("scenes/cactus-purse.png").toString();

    private static int run(Streams streams, String... args) {
        return Main.run(args, streams.terminal(), Map.of("CLIP_HOME", folder.toString()));
    }

    @Test
    void findsWhatIsThereAndSaysWhatIsNot() {
        Streams streams = new Streams("");
        assertEquals(
                0,
                run(streams, "locate", "--labels", "cactus,purse,banana", "--format", "json", PICTURE),
                streams.err());
        JsonArray found = JsonParser.parseString(streams.out()).getAsJsonArray();
        assertEquals(
                List.of("cactus", "purse"),
                found.asList().stream()
                        .map(each -> each.getAsJsonObject().get("label").getAsString())
                        .distinct()
                        .sorted()
                        .toList());
        for (var each : found) {
            JsonObject object = each.getAsJsonObject();
            JsonObject box = object.getAsJsonObject("box");
            int middle = (box.get("xmin").getAsInt() + box.get("xmax").getAsInt()) / 2;
            assertEquals(object.get("label").getAsString().equals("purse"), middle > 240, object.toString());
            assertTrue(box.get("ymin").getAsInt() >= 0, object.toString());
            assertTrue(
                    object.get("score").getAsFloat() > 0 && object.get("score").getAsFloat() <= 1);
        }
    }

    @Test
    void theTableNamesWhatIsNotThere() {
        Streams streams = new Streams("");
        assertEquals(0, run(streams, "locate", "--labels", "cactus,banana", PICTURE), streams.err());
        assertTrue(streams.out().contains("  banana  not there\n"), streams.out());
        assertFalse(streams.out().contains("  cactus  not there\n"), streams.out());
    }

    @Test
    void writesOverlayAndGrid() throws IOException {
        Streams streams = new Streams("");
        Path overlay = folder.resolve("overlay.png");
        Path grid = folder.resolve("grid.npy");
        assertEquals(
                0,
                run(
                        streams,
                        "locate",
                        "--labels",
                        "cactus,banana",
                        "--method",
                        "naclip",
                        "--tiles",
                        "--size",
                        "72",
                        "--threshold",
                        "0",
                        "--overlay",
                        overlay.toString(),
                        "--grid",
                        grid.toString(),
                        PICTURE),
                streams.err());
        RgbImage drawn = ImageDecoder.standard().decode(overlay);
        RgbImage scene = ImageDecoder.standard().decode(Path.of(PICTURE));
        assertTrue(drawn.width() >= scene.width() && drawn.height() > scene.height());
        byte[] npy = Files.readAllBytes(grid);
        String header = new String(npy, 0, 128, StandardCharsets.ISO_8859_1);
        int columns = Math.round(72f * scene.width() / scene.height() / 12);
        assertTrue(header.contains("'shape': (6, " + columns + ", 192)"), header);
        assertEquals(128 + 4 * 6 * columns * 192, npy.length);
    }

    @Test
    void aPictureThatCannotBeReadIsALineAndAnElement() {
        Streams streams = new Streams("");
        String missing = folder.resolve("missing.png").toString();
        assertEquals(
                ExitCode.SOME_INPUTS_FAILED.code(),
                run(
                        streams,
                        "locate",
                        "--labels",
                        "cactus",
                        "--method",
                        "maskclip",
                        "--size",
                        "72",
                        "--format",
                        "json",
                        missing,
                        PICTURE));
        assertTrue(streams.err().contains(missing + ": no such file"), streams.err());
        JsonArray all = JsonParser.parseString(streams.out()).getAsJsonArray();
        assertTrue(all.get(0).isJsonNull());
        assertTrue(all.get(1).isJsonArray());

        Streams lines = new Streams("");
        run(
                lines,
                "locate",
                "--labels",
                "cactus",
                "--method",
                "clearclip",
                "--size",
                "72",
                "--format",
                "jsonl",
                missing,
                PICTURE);
        JsonObject failed = JsonParser.parseString(
                        lines.out().lines().findFirst().orElseThrow())
                .getAsJsonObject();
        assertEquals(missing, failed.get("image").getAsString());
        assertTrue(failed.has("error"));
    }

    @Test
    void explainDrawsWhatTheBestScoreRestsOn() throws IOException {
        Streams streams = new Streams("");
        Path overlay = folder.resolve("explained.png");
        assertEquals(
                0,
                run(streams, "explain", "--labels", "cactus,violin", "--overlay", overlay.toString(), PICTURE),
                streams.err());
        RgbImage drawn = ImageDecoder.standard().decode(overlay);
        assertEquals(560, drawn.width());
        assertTrue(drawn.height() > 560 * 400 / 480);
    }

    @Test
    void evalLocateMeasuresAFolder() throws IOException {
        Path scenes = folder.resolve("scenes");
        Scenes.write(scenes, 1, 7);
        Path html = folder.resolve("report.html");
        Streams streams = new Streams("");
        String[] args = {
            "eval", "locate", scenes.toString(), "--method", "maskclip", "--size", "72", "--html", html.toString()
        };
        assertEquals(0, run(streams, args), streams.err());
        assertTrue(streams.out().startsWith("1 pictures, 100 labels"), streams.out());
        assertTrue(streams.out().contains("pointing accuracy"), streams.out());
        assertTrue(Files.readString(html).contains("data:image/png;base64,"));

        Streams without = new Streams("");
        assertEquals(ExitCode.USAGE.code(), run(without, "eval", "locate", folder.toString()));
        assertEquals(
                "clip: " + folder + ": expected boxes in annotations.json, as COCO has them, or in Annotations/,"
                        + " as Pascal VOC has them, or labels.txt and masks/, found none of them",
                without.err().strip());
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        assertUsage("--tiles: windows are tiles already; give another --method with it", "--tiles");
        assertUsage("--size: expected at least 1, found 0", "--size", "0");
        assertUsage("--threshold: expected 0 to below 1, found 1.0", "--threshold", "1");
        assertUsage(
                "--overlay and --grid are of one picture; expected one IMAGE, found 2", "--overlay", "x.png", PICTURE);
    }

    private static void assertUsage(String message, String... options) {
        Streams streams = new Streams("");
        String[] args = new String[options.length + 4];
        System.arraycopy(new String[] {"locate", PICTURE, "--labels", "cactus"}, 0, args, 0, 4);
        System.arraycopy(options, 0, args, 4, options.length);
        assertEquals(ExitCode.USAGE.code(), run(streams, args));
        assertEquals("clip: " + message, streams.err().strip());
    }
}
