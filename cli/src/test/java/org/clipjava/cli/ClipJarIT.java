package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every command and every exit code of {@code java -jar clip.jar}; and under an old Java what that one passes on. */
class ClipJarIT {
    private static final String PICTURE =
            TestData.committed().path("images/coffee_small_150x100.png").toString();
    private static final String OTHER =
            TestData.committed().path("images/coffee_225x224.png").toString();
    private static final String TRUNCATED =
            TestData.committed().path("images/truncated.jpg").toString();

    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws Exception {
        model = folder.resolve("tiny.safetensors");
        Path checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("checkpoint"));
        ClipJar.underThisJava()
                .run("convert", checkpoint.toString(), "-o", model.toString())
                .expect(0)
                .oneLineWith("wrote " + model);
    }

    /** An old one, where Maven runs on such a one. */
    @Nested
    class UnderMavensJava extends Processes {
        UnderMavensJava() {
            super(ClipJar.underOldJava().orElse(ClipJar.underThisJava()));
        }
    }

    /** What passes between the shell and the JVM that runs the command, of which an old Java is not the first. */
    @Tag("thorough")
    @TestInstance(TestInstance.Lifecycle.PER_METHOD)
    abstract static class Processes {
        final ClipJar clip;

        Processes(ClipJar clip) {
            this.clip = clip;
        }

        @Test
        void showsHelpAndVersion() throws Exception {
            assertTrue(clip.run("--help").expect(0).silent().out().startsWith("Usage: clip "));
            assertTrue(
                    clip.run("--version").expect(0).silent().out().matches("clip \\S+, Java (2[5-9]|[3-9]\\d)\\S*\n"));
        }

        @Test
        void classifiesAPictureFromStdin() throws Exception {
            byte[] picture = Files.readAllBytes(Path.of(PICTURE));
            JsonArray fromStdin = classify(clip.run(picture, classification("json", "-")));
            JsonArray fromFile = classify(clip.run(classification("json", PICTURE)));
            assertEquals("-", fromStdin.get(0).getAsJsonObject().get("image").getAsString());
            assertEquals(
                    fromFile.get(0).getAsJsonObject().get("scores"),
                    fromStdin.get(0).getAsJsonObject().get("scores"));
        }

        @Test
        void classifiesTheFilesOfAList() throws Exception {
            String out = clip.run(
                            (PICTURE + "\n\n" + OTHER + "\r\n").getBytes(UTF_8),
                            classification(
                                    "csv", "--files-from", "-", "--top-k", "1", "--template", "a drawing of {label}"))
                    .expect(0)
                    .silent()
                    .out();
            List<String> rows = out.lines().toList();
            assertEquals("image,label,score,logit,cosine", rows.get(0));
            assertEquals(3, rows.size());
            assertTrue(rows.get(1).startsWith(PICTURE + ",") && rows.get(2).startsWith(OTHER + ","), out);
        }

        @Test
        void exitsWithTheCodeOfWhatWentWrong() throws Exception {
            clip.run("classify", "--labels", "a", "--template", "no slot", PICTURE)
                    .expect(2)
                    .oneLineWith("slot");
            clip.run("tokenize", "-m", "/nowhere/m", "x").expect(3).oneLineWith("/nowhere/m: no such model file");
            clip.with("CLIP_MODEL", "/nowhere/m")
                    .run("tokenize", "x")
                    .expect(3)
                    .oneLineWith("CLIP_MODEL: /nowhere/m: no such model file");
            clip.run(classification("table", "")).expect(6).oneLineWith("found an empty one");
            Path bad = Files.write(folder.resolve("bad.safetensors"), new byte[] {1, 2, 3});
            clip.run("inspect", bad.toString()).expect(4).oneLineWith(bad.toString());
            clip.run(classification("table", "/nowhere/a.png")).expect(6).oneLineWith("/nowhere/a.png: no such file");
            ClipJar.Run full = clip.execute(
                    new byte[0],
                    List.of(
                            "sh",
                            "-c",
                            "exec \"$@\" >/dev/full",
                            "sh",
                            clip.command("--version").get(0),
                            "-jar",
                            ClipJar.file().toString(),
                            "--version"));
            full.expect(8).oneLineWith("stdout: ");
        }

        @Test
        void isQuietWhenTheReaderHasGone() throws Exception {
            Path texts = Files.writeString(folder.resolve("texts"), "a photo of a cat\n".repeat(50_000));
            ClipJar.Run run = clip.execute(
                    new byte[0],
                    List.of(
                            "bash",
                            "-c",
                            "set -o pipefail; \"$@\" <" + texts + " | head -n 1",
                            "bash",
                            clip.javaHome().resolve("bin/java").toString(),
                            "-jar",
                            ClipJar.file().toString(),
                            "tokenize",
                            "-m",
                            model.toString(),
                            "-"));
            run.expect(0).silent();
            assertEquals(1, run.jsonLines().size());
        }

        static String[] classification(String format, String... more) {
            return Stream.concat(
                            Stream.of(
                                    "classify", "-m", model.toString(), "--labels", "a cat,a dog", "--format", format),
                            Stream.of(more))
                    .toArray(String[]::new);
        }

        static JsonArray classify(ClipJar.Run run) {
            return run.expect(0).silent().json().getAsJsonArray();
        }
    }

    @Nested
    @Tag("thorough")
    class UnderJava25 extends Processes {
        UnderJava25() {
            super(ClipJar.underThisJava());
        }

        @Test
        void convertsToASmallerType() throws Exception {
            Path smaller = folder.resolve("converted-" + clip.javaHome().getFileName());
            clip.run("convert", folder.resolve("checkpoint").toString(), "--dtype", "q8", "-o", smaller.toString())
                    .expect(0);
            assertTrue(Files.size(smaller) < Files.size(model) / 2);
        }

        @Test
        void inspects() throws Exception {
            JsonObject json = clip.run("inspect", "--json", model.toString())
                    .expect(0)
                    .silent()
                    .json()
                    .getAsJsonObject();
            assertEquals(40, json.getAsJsonObject("config").get("projection").getAsInt());
            assertEquals(Files.size(model), json.get("bytes").getAsLong());
            assertEquals(
                    64,
                    json.getAsJsonObject("sources")
                            .get("config.json")
                            .getAsString()
                            .length());
            assertTrue(json.getAsJsonArray("tensors").size() > 50);

            String text =
                    clip.run("inspect", model.toString()).expect(0).silent().out();
            assertTrue(text.contains("vision.patch_embedding"), text);
        }

        @Test
        void measures() throws Exception {
            String m = model.toString();
            JsonObject json = clip.run(
                            "bench",
                            "-m",
                            m,
                            "--threads",
                            "1,2",
                            "--batch",
                            "1,3",
                            "--repetitions",
                            "6",
                            "--warmup",
                            "0",
                            "--format",
                            "json",
                            PICTURE)
                    .expect(0)
                    .json()
                    .getAsJsonObject();
            assertEquals(
                    "150x100",
                    json.getAsJsonObject("environment").get("picture_size").getAsString());
            List<String> measured = new ArrayList<>();
            for (JsonElement element : json.getAsJsonArray("measurements")) {
                JsonObject each = element.getAsJsonObject();
                measured.add(each.get("what").getAsString() + " " + each.get("threads") + " " + each.get("items"));
                double median = each.get("median_ms").getAsDouble();
                assertTrue(median > 0 && each.get("low_ms").getAsDouble() <= median, each::toString);
                assertTrue(each.get("high_ms").getAsDouble() >= median, each::toString);
            }
            assertEquals(
                    List.of(
                            "decode 1 1",
                            "preprocess 1 1",
                            "image 1 1",
                            "image 1 3",
                            "text 1 10",
                            "classify 1 1",
                            "image 2 1",
                            "image 2 3",
                            "text 2 10",
                            "classify 2 1"),
                    measured);
        }

        @Test
        void measuresWithAPictureOfItsOwn() throws Exception {
            String text = clip.run(
                            "bench",
                            "--model",
                            model.toString(),
                            "--threads",
                            "1",
                            "--batch",
                            "1",
                            "--repetitions",
                            "1",
                            "--warmup",
                            "0")
                    .expect(0)
                    .out();
            assertTrue(text.contains("- picture size: 1200x800\n"), text);
            assertTrue(text.contains("\n| classify   |       1 |       1 |"), text);
        }

        @Test
        void refusesToMeasureWithAPictureThatIsNone() throws Exception {
            clip.run("bench", "--model", model.toString(), TRUNCATED).expect(6).oneLineWith("truncated JPEG");
        }

        @Test
        void writesTheSameInAnyLocale() throws Exception {
            String expected =
                    clip.run("inspect", model.toString()).expect(0).silent().out();
            for (String locale : List.of("ar -Duser.country=EG", "tr", "de")) {
                ClipJar.Run run =
                        clip.with("CLIP_JAVA_OPTS", "-Duser.language=" + locale).run("inspect", model.toString());
                assertEquals(expected, run.expect(0).silent().out(), locale);
            }
        }

        @Test
        void doesNotReplaceADeviceByAModel() throws Exception {
            Path pipe = folder.resolve("pipe-" + clip.javaHome().getFileName());
            assertEquals(
                    0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
            clip.run("convert", folder.resolve("checkpoint").toString(), "-o", pipe.toString())
                    .expect(2)
                    .oneLineWith("is a device or pipe");
            assertFalse(Files.isRegularFile(pipe));
        }

        @Test
        void classifiesAsJsonLinesAndGoesOnAfterABadPicture() throws Exception {
            ClipJar.Run run = clip.with("CLIP_MODEL", model.toString())
                    .run(
                            "classify",
                            "--labels",
                            "a cat,a cup of coffee",
                            "--format",
                            "jsonl",
                            PICTURE,
                            TRUNCATED,
                            OTHER)
                    .expect(5)
                    .oneLineWith(TRUNCATED);
            List<JsonElement> lines = run.jsonLines();
            assertEquals(3, lines.size());
            assertEquals(PICTURE, lines.get(0).getAsJsonObject().get("image").getAsString());
            assertEquals(OTHER, lines.get(2).getAsJsonObject().get("image").getAsString());
            assertFalse(
                    lines.get(1).getAsJsonObject().get("error").getAsString().isBlank());

            JsonArray scores = lines.get(0).getAsJsonObject().getAsJsonArray("scores");
            assertEquals(2, scores.size());
            float sum = 0;
            for (JsonElement score : scores) {
                JsonObject object = score.getAsJsonObject();
                assertEquals(List.of("label", "score", "logit", "cosine"), List.copyOf(object.keySet()));
                sum += object.get("score").getAsFloat();
            }
            assertEquals(1, sum, 1e-6);
        }

        @Test
        void classifiesWithSavedLabelsAsWithThemselves() throws Exception {
            Path saved = folder.resolve("classifier-" + clip.javaHome().getFileName());
            String[] labels = {"--labels", "a cat,a cup of coffee", "--template", "a {}", "--template", "one {label}"};
            clip.run(concat(List.of("labels", "-m", model.toString(), "-o", saved.toString()), labels))
                    .expect(0)
                    .oneLineWith("2 labels");
            List<String> classify = List.of("classify", "-m", model.toString(), "--format", "csv", PICTURE, OTHER);
            assertEquals(
                    clip.run(concat(classify, labels)).expect(0).silent().out(),
                    clip.run(concat(classify, "--classifier", saved.toString()))
                            .expect(0)
                            .silent()
                            .out());
            clip.run(concat(classify, "--classifier", model.toString()))
                    .expect(4)
                    .oneLineWith("classifier");
        }

        @Test
        void embedsPicturesAndTexts() throws Exception {
            JsonArray image = clip.run("embed", "image", "-m", model.toString(), PICTURE)
                    .expect(0)
                    .silent()
                    .json()
                    .getAsJsonObject()
                    .getAsJsonArray("embedding");
            assertEquals(40, image.size());
            assertEquals(1, length(image), 1e-5);

            Path file = folder.resolve("texts.npy");
            clip.run(
                            "embed",
                            "text",
                            "-m",
                            model.toString(),
                            "--no-normalize",
                            "--format",
                            "npy",
                            "-o",
                            file.toString(),
                            "a",
                            "é")
                    .expect(0)
                    .silent();
            assertEquals(128 + 2 * 40 * Float.BYTES, Files.size(file));
        }

        @Test
        void tokenizes() throws Exception {
            JsonObject line = clip.run("tokenize", "-m", model.toString(), "a Café ☕")
                    .expect(0)
                    .silent()
                    .json()
                    .getAsJsonObject();
            assertEquals(List.of("text", "ids", "tokens", "truncated"), List.copyOf(line.keySet()));
            assertEquals("a Café ☕", line.get("text").getAsString());
            assertEquals(49406, line.getAsJsonArray("ids").get(0).getAsInt());
            assertEquals(
                    line.getAsJsonArray("ids").size(),
                    line.getAsJsonArray("tokens").size());
        }

        @Test
        void writesTheCrop() throws Exception {
            Path crop = folder.resolve("crop.png");
            clip.run("preprocess", "-m", model.toString(), PICTURE, "-o", crop.toString())
                    .expect(0)
                    .silent();
            assertEquals(64, ImageIO.read(crop.toFile()).getWidth());
        }

        private static String[] concat(List<String> words, String... more) {
            return Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new);
        }

        private static double length(JsonArray embedding) throws IOException {
            double sum = 0;
            for (JsonElement value : embedding) {
                sum += value.getAsDouble() * value.getAsDouble();
            }
            return Math.sqrt(sum);
        }
    }
}
