package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.testdata.BadModelFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user sees who gives a file that is no model, or a damaged one. */
class BadModelFilesTest {
    private static final String PICTURE =
            TestData.committed().path("images/coffee_small_150x100.png").toString();

    @TempDir
    private static Path folder;

    private static byte[] good;

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws Exception {
        Path model = folder.resolve("tiny.safetensors");
        CheckpointConverter.convert(
                SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("checkpoint")),
                model,
                WeightType.F32,
                ConversionListener.SILENT);
        good = Files.readAllBytes(model);
    }

    static Stream<BadModelFile> files() {
        return Stream.concat(BadModelFile.ofNoModel().stream(), BadModelFile.of(good).stream());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isOneLineAndExitsWith4(BadModelFile bad) throws IOException {
        Path file = folder.resolve("bad.safetensors");
        Files.write(file, bad.bytes());
        Streams streams = new Streams("");

        int code = run(streams, "classify", "--model", file.toString(), "--labels", "a,b", PICTURE);

        assertEquals(4, code, streams.err());
        assertEquals("", streams.out());
        assertTrue(streams.err().startsWith("clip: " + file + ": "), streams.err());
        assertTrue(streams.err().contains(bad.message()), streams.err());
        assertEquals(streams.err().length() - 1, streams.err().indexOf('\n'), streams.err());
    }

    /** Scores can't be had of it, but embeddings can: that is what it is for. */
    @Test
    void looksIntoAModelThatIsNotFiniteWhereThatIsAllowed() throws IOException {
        Path file = folder.resolve("nan.safetensors");
        Files.write(file, named("NaN in a matrix"));

        Streams csv = new Streams("");
        assertEquals(
                0,
                run(
                        csv,
                        "embed",
                        "text",
                        "--allow-nonfinite",
                        "--no-normalize",
                        "--format",
                        "csv",
                        "-m",
                        file.toString(),
                        "a"),
                csv.err());
        assertTrue(csv.out().contains("NaN"), csv.out());

        Streams json = new Streams("");
        assertEquals(
                0,
                run(json, "--allow-nonfinite", "embed", "text", "--no-normalize", "-m", file.toString(), "a"),
                json.err());
        assertTrue(json.out().contains("null"), json.out());

        Streams classify = new Streams("");
        String[] scores = {"classify", "--allow-nonfinite", "-m", file.toString(), "--labels", "a,b", PICTURE};
        assertEquals(4, run(classify, scores), classify.err());
        assertTrue(
                classify.err().contains("expected an embedding with a direction, found one of length NaN"),
                classify.err());
        assertEquals("", classify.out());
    }

    @ParameterizedTest
    @CsvSource({"f32, 0", "f16, 0", "bf16, 0", "q8, 4"})
    void convertsACheckpointThatIsNotFiniteWhereThatIsAllowedAndTheTypeHasRoomForIt(String type, int code) {
        Path checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY)
                .with("visual_projection.weight", List.of(40, 72), nan(40 * 72))
                .write(folder.resolve("damaged-" + type));
        String model = folder.resolve("damaged-" + type + ".safetensors").toString();

        Streams refused = new Streams("");
        assertEquals(4, run(refused, "convert", checkpoint.toString(), "-o", model, "--dtype", type));
        assertTrue(
                refused.err().contains("visual_projection.weight: expected finite weights, found NaN at element 0"),
                refused.err());

        Streams allowed = new Streams("");
        assertEquals(
                code,
                run(allowed, "convert", "--allow-nonfinite", checkpoint.toString(), "-o", model, "--dtype", type),
                allowed.err());
        assertEquals(code == 0, Files.exists(Path.of(model)));
        if (code == 0) {
            Streams classify = new Streams("");
            assertEquals(4, run(classify, "classify", "-m", model, "--labels", "a,b", PICTURE));
            assertTrue(
                    classify.err().contains("vision.projection: expected finite numbers, found NaN at element 0"),
                    classify.err());
        }
    }

    private static float[] nan(int count) {
        float[] values = new float[count];
        values[0] = Float.NaN;
        return values;
    }

    private static byte[] named(String name) {
        return files().filter(bad -> bad.name().equals(name))
                .findFirst()
                .orElseThrow()
                .bytes();
    }

    private static int run(Streams streams, String... args) {
        return Main.run(args, streams.terminal(), Map.of());
    }
}
