package org.clipjava.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.clipjava.Clip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job from its command line. */
class EmbedPicturesTest {
    private static final String MODEL = LocalSpark.model().toString();

    @TempDir
    private Path folder;

    @Test
    void writesWhatTheEngineEncodes() throws Exception {
        List<Path> pictures = LocalSpark.readable();
        Run run = run(arguments(pictures, "--labels", "snail,cup of coffee", "--top-k", "1"));
        assertEquals("clip-spark: 5 pictures: 5 embedded, 0 with an error; in " + output() + "\n", run.err());
        assertEquals(0, run.code());

        List<Row> rows = rows();
        try (Clip clip = Clip.open(LocalSpark.model())) {
            for (Path picture : pictures) {
                Row row = rows.stream()
                        .filter(found -> found.getString(0).equals("file:" + picture))
                        .findFirst()
                        .orElseThrow();
                assertArrayEquals(
                        clip.encodeImage(picture).normalized().toArray(),
                        LocalSpark.embedding(row),
                        0,
                        picture.toString());
                List<Row> best = row.getList(row.fieldIndex("labels"));
                assertEquals(1, best.size());
                if (picture.endsWith("snail.png")) {
                    assertEquals("snail", best.getFirst().getString(0));
                }
            }
        }
        assertEquals(pictures.size(), rows.size());
    }

    @Test
    void readsPathsFromACsvWithAHeader() throws IOException {
        Path csv = Files.writeString(
                folder.resolve("paths.csv"),
                "id,path\n1,\"" + LocalSpark.readable().getFirst() + "\"\n2,missing.png\n");
        Run run = run(List.of("--model", MODEL, "--csv", csv.toString(), "-o", output()));
        assertTrue(run.err().contains("2 pictures: 1 embedded, 1 with an error"), run.err());
        assertEquals(0, run.code());
    }

    @Test
    void tellsWhenNoPictureCouldBeEmbedded() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.png"), "no picture");
        Run run = run(arguments(List.of(broken)));
        assertTrue(run.err().contains("1 picture: 0 embedded, 1 with an error"), run.err());
        assertEquals(6, run.code());
        Run again = run(arguments(List.of(broken)));
        assertTrue(again.err().contains("nothing to do"), again.err());
        assertEquals(0, again.code());
    }

    @Test
    void saysInOneLineWhatIsWrong() throws IOException {
        Path text = Files.writeString(folder.resolve("model.txt"), "no model at all");
        Path csv = Files.writeString(folder.resolve("columns.csv"), "file\na.png\n");
        String picture = LocalSpark.readable().getFirst().toString();
        assertFails(2, "Missing required option", "--images", picture, "-o", output());
        assertFails(2, "Missing required argument", "--model", MODEL, "-o", output());
        assertFails(2, "Unknown option", "--model", MODEL, "--images", picture, "-o", output(), "--colour=red");
        assertFails(2, "did you mean --labels?", "--model", MODEL, "--images", picture, "-o", output(), "--label=red");
        assertFails(
                3,
                folder + "/none: no such model file",
                "--model",
                folder + "/none",
                "--images",
                picture,
                "-o",
                output());
        assertFails(
                3,
                "no model of that name has been pulled; clip pull no-such/model does it",
                "--model",
                "no-such/model",
                "--images",
                picture,
                "-o",
                output());
        assertFails(
                4,
                folder + ": is a folder without a checkpoint's config.json",
                "--model",
                folder.toString(),
                "--images",
                picture,
                "-o",
                output());
        assertFails(4, text.toString(), "--model", text.toString(), "--images", picture, "-o", output());
        assertFails(
                4,
                MODEL + ": expected SHA-256 00",
                "--model",
                MODEL,
                "--model-sha256",
                "0".repeat(64),
                "--images",
                picture,
                "-o",
                output());
        assertFails(
                2,
                "give --model-sha256",
                "--model",
                folder + "/none",
                "--model-is-shared",
                "--images",
                picture,
                "-o",
                output());
        assertFails(
                4,
                folder + "/none: no such file",
                "--model",
                folder + "/none",
                "--model-is-shared",
                "--model-sha256",
                "0".repeat(64),
                "--images",
                picture,
                "-o",
                output());
        assertFails(2, "found top 0", "--model", MODEL, "--images", picture, "-o", output(), "--labels=a", "--top-k=0");
        assertFails(
                2,
                "the label 'a' is there twice",
                "--model",
                MODEL,
                "--images",
                picture,
                "-o",
                output(),
                "--labels=a,a");
        assertFails(
                2,
                "expected white, black, gray or a colour as #ff8000, found mauve",
                "--model",
                MODEL,
                "--images",
                picture,
                "-o",
                output(),
                "--background=mauve");
        assertFails(2, "there are no labels", "--model", MODEL, "--images", picture, "-o", output(), "--template={}");
        assertFails(2, "PATH_NOT_FOUND", "--model", MODEL, "--images", folder + "/none", "-o", output());
        assertFails(2, "expected a column path, found file", "--model", MODEL, "--csv", csv.toString(), "-o", output());
    }

    @Test
    void showsItsHelp() {
        Run run = run(List.of("--help"));
        assertEquals(0, run.code());
        assertEquals("", run.err());
        assertTrue(run.out().startsWith("Usage: clip-spark "), run.out());
    }

    private void assertFails(int code, String message, String... arguments) {
        Run run = run(Arrays.asList(arguments));
        assertTrue(run.err().startsWith("clip-spark: ") && run.err().contains(message), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertEquals(code, run.code(), run.err());
        assertEquals("", run.out());
    }

    private List<String> arguments(List<Path> pictures, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--model", MODEL, "-o", output()));
        arguments.addAll(Arrays.asList(more));
        arguments.add("--images");
        pictures.forEach(picture -> arguments.add(picture.toString()));
        return arguments;
    }

    private String output() {
        return folder + File.separator + "output";
    }

    private List<Row> rows() {
        return LocalSpark.session().read().parquet(output()).collectAsList();
    }

    private record Run(int code, String out, String err) {}

    private static Run run(List<String> arguments) {
        // the session that it finds, and does not end
        LocalSpark.session();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = EmbedPictures.run(
                arguments.toArray(String[]::new),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                session -> {});
        return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
    }
}
