package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code eval --few-shot} and {@code --linear-probe}: pictures of one colour and its like, whose class names say nothing. */
class FitTest {
    private static final int EACH = 6;
    private static final int SIDE = 24;
    private static final int[] COLOURS = {0xd02020, 0x20d020, 0x2020d0};

    @TempDir
    private static Path folder;

    private static Path pictures;

    @BeforeAll
    static void paints() throws IOException {
        Random random = new Random(1);
        pictures = folder.resolve("pictures");
        for (int k = 0; k < COLOURS.length; k++) {
            Path own = Files.createDirectories(pictures.resolve("kind " + (char) ('a' + k)));
            for (int i = 0; i < EACH; i++) {
                BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
                for (int p = 0; p < SIDE * SIDE; p++) {
                    image.setRGB(p % SIDE, p / SIDE, COLOURS[k] ^ random.nextInt(0x20) * 0x10101);
                }
                ImageIO.write(image, "png", own.resolve(i + ".png").toFile());
            }
        }
    }

    @Test
    void fitsMeasuresAndSavesAProbe() throws IOException {
        Path classifier = folder.resolve("probe.safetensors");
        Path html = folder.resolve("report.html");

        Streams streams = run(
                0,
                "eval",
                pictures.toString(),
                "--few-shot",
                "1,3",
                "--linear-probe",
                "--format",
                "json",
                "--html",
                html.toString(),
                "-o",
                classifier.toString());

        JsonObject report = JsonParser.parseString(streams.out()).getAsJsonObject();
        JsonObject probe = report.getAsJsonObject("linear_probe");
        assertEquals(1, probe.get("acc1").getAsDouble(), "colours are easily told apart");
        assertEquals(5, probe.get("folds").getAsInt());
        assertEquals(
                report.getAsJsonObject("summary")
                        .getAsJsonObject("metrics")
                        .get("acc1")
                        .getAsDouble(),
                probe.get("acc1_zero_shot").getAsDouble(),
                "of the same pictures as the report's");
        JsonObject curve = report.getAsJsonObject("few_shot");
        assertEquals(5, curve.getAsJsonArray("seeds").size());
        assertEquals(1 + 3 * 2, curve.getAsJsonArray("points").size());
        String page = Files.readString(html);
        assertTrue(page.contains("examples of each class") && page.contains("means and texts"), page);

        assertClassified("kind b", classifier, "kind b/0.png");
    }

    @Test
    void savesTheBlendOfFewShots() throws IOException {
        Path classifier = folder.resolve("blend.safetensors");

        Streams streams = run(0, "eval", pictures.toString(), "--few-shot", "4", "-o", classifier.toString());

        assertTrue(streams.out().contains("means and texts      4"), streams.out());
        assertClassified("kind c", classifier, "kind c/5.png");
    }

    @Test
    void asksForAPictureToMeasureWith() {
        Path classifier = folder.resolve("never.safetensors");

        Streams streams = run(2, "eval", pictures.toString(), "--few-shot", "6,8", "-o", classifier.toString());

        assertTrue(
                streams.err().contains("class 'kind a': expected at least 9 pictures, 8 shots and one to measure with"),
                streams.err());
        assertFalse(Files.exists(classifier));
    }

    @Test
    void leavesOutShotsThatAClassHasNoPicturesFor() {
        Streams streams = run(0, "eval", pictures.toString(), "--few-shot", "1,4,6,8", "--format", "json");
        assertTrue(
                streams.err()
                        .contains("clip: --few-shot: left out 6, 8; the smallest class has 6 pictures, of which one is"
                                + " to measure with\n"),
                streams.err());
        JsonObject curve =
                JsonParser.parseString(streams.out()).getAsJsonObject().getAsJsonObject("few_shot");
        assertEquals(1 + 3 * 2, curve.getAsJsonArray("points").size());
    }

    private static void assertClassified(String label, Path classifier, String picture) {
        Streams classified = run(
                0,
                "classify",
                "--classifier",
                classifier.toString(),
                "--top-k",
                "1",
                "--format",
                "csv",
                pictures.resolve(picture).toString());
        assertTrue(classified.out().contains("," + label + ","), classified.out());
    }

    private static Streams run(int exitCode, String... arguments) {
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(arguments, streams.terminal()), streams.err());
        return streams;
    }
}
