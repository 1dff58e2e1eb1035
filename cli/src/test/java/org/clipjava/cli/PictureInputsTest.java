package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The ways in which pictures are given. */
class PictureInputsTest {
    private static final Path SNAIL = TestData.committed().path("pictograms/snail.png");

    @TempDir
    Path folder;

    private byte[] snail = {};

    @BeforeEach
    void readsThePicture() throws IOException {
        snail = Files.readAllBytes(SNAIL);
    }

    @Test
    void aFolderIsThePicturesInIt() throws IOException {
        for (String name : List.of("b.png", "a.png", "notes.txt", ".hidden.png", "deeper/c.png")) {
            Path path = folder.resolve(name);
            Files.createDirectories(path.getParent());
            Files.write(path, snail);
        }
        String said = "clip: " + folder + ": left out 1 file (.txt) that are no pictures by their names\n";
        Streams flat = classify(0, "", folder.toString());
        assertEquals(rows(folder.resolve("a.png"), folder.resolve("b.png")), flat.out());
        assertTrue(flat.err().contains(said), flat.err());
        Files.createSymbolicLink(folder.resolve("deeper/back"), folder);
        Streams deep = classify(0, "", "-r", folder.toString(), SNAIL.toString());
        assertEquals(
                rows(folder.resolve("a.png"), folder.resolve("b.png"), folder.resolve("deeper/c.png"), SNAIL),
                deep.out());
        assertTrue(deep.err().contains("deeper/back: left out, a link that leads back"), deep.err());
        Streams listed = classify(0, folder + "\n", "--recursive", "--files-from", "-");
        assertEquals(3 + 1, listed.out().lines().count(), listed.out());
    }

    @Test
    void aFolderWithoutPicturesIsAPictureThatCantBeRead() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Streams streams = classify(5, "", empty.toString(), SNAIL.toString());
        assertTrue(
                streams.err()
                        .contains(
                                "clip: " + empty + ": is a folder without pictures; -r takes those of its folders too"),
                streams.err());
        assertEquals(rows(SNAIL), streams.out());
    }

    @Test
    void aDataUriIsThePictureItself() {
        String base64 = "data:image/png;base64," + Base64.getEncoder().encodeToString(snail);
        StringBuilder escaped = new StringBuilder("data:image/png,");
        for (byte b : snail) {
            escaped.append("%%%02x".formatted(b & 0xff));
        }
        String url = "DATA:;base64," + Base64.getUrlEncoder().withoutPadding().encodeToString(snail);
        Streams streams = classify(0, "", base64, escaped.toString(), url);
        List<String> lines = streams.out().lines().skip(1).toList();
        String scores = rows(SNAIL).lines().skip(1).findFirst().orElseThrow();
        scores = scores.substring(scores.indexOf(",snail,"));
        for (String line : lines) {
            assertTrue(line.startsWith("\"data:image/png") || line.startsWith("\"DATA:;base64,"), line);
            assertTrue(line.endsWith("…\"" + scores), line);
        }
        assertEquals(3, lines.size());
        Streams broken = classify(6, "", "data:image/png;base64,AAA*");
        assertTrue(
                broken.err().contains("clip: data:image/png;base64,AAA*: expected base64 behind the comma; "),
                broken.err());
        classify(6, "", "data:,%4");
    }

    @Test
    void labelsAndPicturesShareOneStdin() {
        Streams streams = new Streams("snail\ncat\n");
        assertEquals(
                0,
                Main.run(
                        new String[] {"classify", "--labels-file", "-", "--format", "csv", SNAIL.toString()},
                        streams.terminal(),
                        Map.of()),
                streams.err());
        assertEquals(rows(SNAIL), streams.out().lines().limit(2).reduce("", (all, line) -> all + line + "\n"));
        Streams both = new Streams("");
        assertEquals(2, Main.run(new String[] {"classify", "--labels-file", "-", "-"}, both.terminal(), Map.of()));
        assertTrue(both.err().contains("stdin (-) can be read once only"), both.err());
    }

    /** As file systems of other decades hold them; Java has no name by which to open one that stands in a list. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aNameThatIsNotUtf8IsOnePictureThatCantBeRead() throws Exception {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        list.write((SNAIL + "\0caf").getBytes(StandardCharsets.UTF_8));
        list.write(0xe9);
        list.write((".png\0" + SNAIL + "\0").getBytes(StandardCharsets.UTF_8));
        Streams streams = new Streams(list.toByteArray(), false);
        assertEquals(
                5,
                Main.run(
                        new String[] {
                            "classify",
                            "--labels",
                            "snail,cat",
                            "--top-k",
                            "1",
                            "--format",
                            "csv",
                            "-0",
                            "--files-from",
                            "-"
                        },
                        streams.terminal(),
                        Map.of()));
        assertEquals(rows(SNAIL, SNAIL), streams.out());
        assertTrue(
                streams.err().contains("clip: caf\uFFFD.png: no such file: its name is not UTF-8; rename it (convmv),"),
                streams.err());
        // In a folder it is found by its bytes.
        Process made = new ProcessBuilder(
                        "sh",
                        "-c",
                        "cp \"$1\" \"$2/$(printf 'caf\\351.png')\"",
                        "sh",
                        SNAIL.toString(),
                        folder.toString())
                .inheritIO()
                .start();
        assertEquals(0, made.waitFor());
        Streams found = classify(0, "", folder.toString());
        assertEquals(2, found.out().lines().count(), found.err());
    }

    @Test
    void aListWithZeroCharactersNeedsNull() {
        Streams streams = classify(2, "a\0b\0", "--files-from", "-");
        assertTrue(
                streams.err()
                        .contains(
                                "--files-from -: has zero characters in it; for paths that end in one give --null too"),
                streams.err());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysWhatReadsAPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Streams streams = classify(6, "", pipe.toString());
        assertTrue(
                streams.err().contains(pipe + ": is a pipe or device; let stdin give the picture: - < " + pipe),
                streams.err());
    }

    private static Streams classify(int exitCode, String stdin, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("classify", "--labels", "snail,cat", "--top-k", "1", "--format", "csv"));
        command.addAll(List.of(arguments));
        Streams streams = new Streams(stdin);
        assertEquals(exitCode, Main.run(command.toArray(String[]::new), streams.terminal(), Map.of()), streams.err());
        return streams;
    }

    /** What is printed of the same picture under these names. */
    private static String rows(Path... names) {
        Streams streams = classify(0, "", SNAIL.toString());
        String row = streams.out().lines().skip(1).findFirst().orElseThrow();
        StringBuilder rows = new StringBuilder("image,label,score,logit,cosine\n");
        for (Path name : names) {
            rows.append(name).append(row.substring(SNAIL.toString().length())).append('\n');
        }
        return rows.toString();
    }

    /** As a depth camera writes it: of 16 bits twelve are used. */
    @Test
    void saysThatAPictureIsNextToBlack() throws IOException {
        Path dark = folder.resolve("dark.pgm");
        Files.write(dark, new byte[] {'P', '5', ' ', '2', ' ', '1', ' ', '6', '5', '5', '3', '5', '\n', 15, -1, 2, 0});
        Path bright = folder.resolve("bright.pgm");
        Files.write(
                bright, new byte[] {'P', '5', ' ', '2', ' ', '1', ' ', '6', '5', '5', '3', '5', '\n', 20, 0, 20, 0});
        Streams streams = new Streams("");
        String[] command = {
            "embed",
            "image",
            bright.toString(),
            dark.toString(),
            dark.toString(),
            dark.toString(),
            "--output",
            folder.resolve("e.jsonl").toString()
        };
        assertEquals(0, Main.run(command, streams.terminal(), Map.of()), streams.err());
        assertTrue(streams.err().contains("dark.pgm: is almost black, with no sample above 15 of 255"), streams.err());
        assertTrue(streams.err().contains("2 more are almost black"), streams.err());
        assertFalse(streams.err().contains("bright.pgm"), streams.err());
    }
}
