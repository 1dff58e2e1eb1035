package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of each label alone, thresholds, pictures sorted into folders, and pictures in the order of a text. */
class SortAndRankTest {
    private static final List<String> LABELS = List.of("--labels", "snail,bathtub,banana");

    @TempDir
    Path folder;

    private Path photos;

    @BeforeEach
    void copiesPictures() throws IOException {
        photos = Files.createDirectory(folder.resolve("photos"));
        for (String name : List.of("snail.png", "bathtub.png", "banana.jpg")) {
            Files.copy(TestData.committed().path("pictograms/" + name), photos.resolve(name));
        }
    }

    @Test
    void cosinesAreOfEachLabelAlone() {
        String snail = photos.resolve("snail.png").toString();
        JsonArray all = scores(classify(0, "--format", "jsonl", "--scores", "cosine", snail));
        JsonArray one =
                scores(run(0, "classify", "--labels", "snail", "--format", "jsonl", "--scores", "cosine", snail));
        assertEquals(all.get(0), one.get(0), "whatever the other labels are");
        for (int i = 0; i < all.size(); i++) {
            JsonObject score = all.get(i).getAsJsonObject();
            assertEquals(score.get("cosine"), score.get("score"));
        }
        double best = all.get(0).getAsJsonObject().get("cosine").getAsDouble();
        double second = all.get(1).getAsJsonObject().get("cosine").getAsDouble();
        String between = Double.toString((best + second) / 2);
        Streams above = classify(0, "--format", "jsonl", "--scores", "cosine", "--threshold", between, snail);
        assertEquals(1, scores(above).size());
        assertTrue(above.out().contains("\"unknown\":false"), above.out());
        Streams none = classify(0, "--format", "csv", "--scores", "cosine", "--threshold", "1", snail);
        assertEquals("image,label,score,logit,cosine,unknown\n" + snail + ",,,,,true\n", none.out());
    }

    @Test
    void aSigmoidIsAHalfAtTheThreshold() {
        String snail = photos.resolve("snail.png").toString();
        JsonObject best = scores(classify(0, "--format", "jsonl", snail)).get(0).getAsJsonObject();
        double cosine = best.get("cosine").getAsDouble();
        double scale = best.get("logit").getAsDouble() / cosine;
        JsonObject at = scores(classify(
                        0, "--format", "jsonl", "--scores", "sigmoid", "--threshold", "" + (cosine - 1e-4), snail))
                .get(0)
                .getAsJsonObject();
        assertEquals(0.5, at.get("score").getAsDouble(), 1e-4 * scale);
        JsonObject below = scores(classify(
                        0, "--format", "jsonl", "--scores", "sigmoid", "--threshold", "" + (cosine - 0.1), snail))
                .get(0)
                .getAsJsonObject();
        assertEquals(1 / (1 + Math.exp(-0.1 * scale)), below.get("score").getAsDouble(), 1e-5);
    }

    @Test
    void aThresholdNeedsNoCalibration() {
        String snail = photos.resolve("snail.png").toString();
        assertTrue(
                classify(0, "--threshold", "0.999", snail).out().contains("unknown: none of the labels; the nearest:"));
        assertTrue(!classify(0, "--threshold", "-1", snail).out().contains("unknown"));
    }

    @Test
    void copiesPicturesIntoAFolderForEachLabel() throws IOException {
        Path sorted = folder.resolve("sorted");
        Streams dry = classify(0, "--copy-to", sorted.toString(), "--dry-run", photos.toString());
        assertTrue(
                dry.err()
                        .contains("clip: would copy " + photos.resolve("bathtub.png") + " to "
                                + sorted.resolve("bathtub/bathtub.png")),
                dry.err());
        assertTrue(
                dry.err().endsWith("clip: would copy 3 pictures to " + sorted + ": banana 1, bathtub 1, snail 1\n"),
                dry.err());
        assertTrue(Files.notExists(sorted));
        Streams copied = classify(0, "--copy-to", sorted.toString(), photos.toString());
        assertTrue(
                copied.err().endsWith("clip: copied 3 pictures to " + sorted + ": banana 1, bathtub 1, snail 1\n"),
                copied.err());
        List<String> expected = List.of("banana/banana.jpg", "bathtub/bathtub.png", "snail/snail.png");
        assertEquals(expected, files(sorted));
        assertEquals(List.of("banana.jpg", "bathtub.png", "snail.png"), files(photos), "the pictures stay");
        classify(0, "--copy-to", sorted.toString(), photos.toString());
        assertEquals(expected, files(sorted), "a second time there is nothing to copy");
    }

    @Test
    void replacesNoFile() throws IOException {
        Path sorted = folder.resolve("sorted");
        Path other = sorted.resolve("snail/snail.png");
        Files.createDirectories(other.getParent());
        Files.writeString(other, "another file");
        byte[] snail = Files.readAllBytes(photos.resolve("snail.png"));
        Path second = Files.createDirectory(photos.resolve("more"));
        Files.write(second.resolve("snail.png"), concatenated(snail));
        Streams moved = classify(0, "-r", "--move-to", sorted.toString(), photos.toString());
        assertEquals("another file", Files.readString(other));
        assertEquals(
                List.of(
                        "banana/banana.jpg",
                        "bathtub/bathtub.png",
                        "snail/snail (2).png",
                        "snail/snail (3).png",
                        "snail/snail.png"),
                files(sorted));
        assertArrayEquals(concatenated(snail), Files.readAllBytes(sorted.resolve("snail/snail (2).png")));
        assertArrayEquals(snail, Files.readAllBytes(sorted.resolve("snail/snail (3).png")));
        assertEquals(List.of(), files(photos));
        assertTrue(moved.err().contains("clip: moved 4 pictures to "), moved.err());
    }

    @Test
    void aLinkThatIsMovedLeadsWhereItLed() throws IOException {
        Path sorted = folder.resolve("sorted");
        Path links = Files.createDirectories(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("link.png"), links.relativize(photos.resolve("snail.png")));
        classify(0, "--move-to", sorted.toString(), links.toString());
        assertTrue(Files.isSameFile(photos.resolve("snail.png"), sorted.resolve("snail/link.png")));
        assertEquals(List.of(), files(links));
    }

    @Test
    void aDryRunMovesNoPictureTwice() throws IOException {
        String snail = photos.resolve("snail.png").toString();
        Streams dry = classify(5, "--move-to", folder.resolve("sorted").toString(), "--dry-run", snail, snail);
        assertTrue(dry.err().contains("would move 1 picture to "), dry.err());
        assertTrue(dry.err().contains(snail + ": not put into its folder: no such file"), dry.err());
        assertTrue(Files.exists(photos.resolve("snail.png")));
    }

    /** The same picture in another file: what is behind a PNG's end counts for nothing. */
    private static byte[] concatenated(byte[] png) {
        byte[] longer = new byte[png.length + 1];
        System.arraycopy(png, 0, longer, 0, png.length);
        return longer;
    }

    @Test
    void putsPicturesOfNoneOfTheLabelsIntoAFolderOfTheirOwnAndBrokenOnesNowhere() throws IOException {
        Files.writeString(photos.resolve("broken.png"), "no picture");
        Path sorted = folder.resolve("sorted");
        classify(5, "--threshold", "0.999", "--copy-to", sorted.toString(), photos.toString());
        assertEquals(List.of("unknown/banana.jpg", "unknown/bathtub.png", "unknown/snail.png"), files(sorted));
    }

    @Test
    void callsFoldersSoThatEverySystemTakesThem() throws IOException {
        Path sorted = folder.resolve("sorted");
        run(
                0,
                "classify",
                "--labels",
                "../a/snail",
                "--copy-to",
                sorted.toString(),
                photos.resolve("snail.png").toString());
        assertEquals(List.of("__a_snail/snail.png"), files(sorted));
    }

    @Test
    void putsPicturesInTheOrderOfAText() {
        String[] names = run(0, "rank", "--text", "a snail", photos.toString())
                .out()
                .lines()
                .map(line -> line.substring(line.lastIndexOf('/') + 1))
                .toArray(String[]::new);
        assertEquals("snail.png", names[0]);
        assertEquals(3, names.length);
        String best = photos.resolve("bathtub.png").toString();
        String csv = run(0, "rank", "--text", "a bathtub", "--top-k", "1", "--format", "csv", photos.toString())
                .out();
        assertTrue(csv.startsWith("image,cosine\n" + best + ",0."), csv);
        assertEquals(2, csv.lines().count());
        JsonArray json = JsonParser.parseString(
                        run(0, "rank", "--text", "a bathtub", "--format", "json", photos.toString())
                                .out())
                .getAsJsonArray();
        assertEquals(3, json.size());
        assertEquals(best, json.get(0).getAsJsonObject().get("image").getAsString());
        double cosine = json.get(0).getAsJsonObject().get("cosine").getAsDouble();
        JsonArray classified = scores(run(
                0,
                "classify",
                "--labels",
                "a bathtub",
                "--template",
                "{}",
                "--scores",
                "cosine",
                "--format",
                "jsonl",
                best));
        assertEquals(classified.get(0).getAsJsonObject().get("cosine").getAsDouble(), cosine, 1e-6);
        run(
                5,
                "rank",
                "--text",
                "a bathtub",
                photos.toString(),
                folder.resolve("gone.png").toString());
        run(6, "rank", "--text", "a bathtub", folder.resolve("gone.png").toString());
    }

    private static JsonArray scores(Streams streams) {
        return JsonParser.parseString(streams.out().lines().findFirst().orElseThrow())
                .getAsJsonObject()
                .getAsJsonArray("scores");
    }

    private static List<String> files(Path in) throws IOException {
        try (Stream<Path> paths = Files.walk(in)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> in.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    private static Streams classify(int exitCode, String... arguments) {
        List<String> command = new ArrayList<>(List.of("classify"));
        command.addAll(LABELS);
        command.addAll(List.of(arguments));
        return run(exitCode, command.toArray(String[]::new));
    }

    private static Streams run(int exitCode, String... command) {
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(command, streams.terminal(), Map.of()), streams.err());
        return streams;
    }
}
