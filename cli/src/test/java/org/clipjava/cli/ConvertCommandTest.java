package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clipjava.cli.report.CostReport;
import org.clipjava.config.Activation;
import org.clipjava.convert.ConversionOptions;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.Resampling;
import org.clipjava.io.Columns;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.testdata.Pickle;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.testdata.TorchFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvertCommandTest {
    private static final SyntheticCheckpoint TINY = SyntheticCheckpoint.TINY;

    @TempDir
    Path temporary;

    private Path model;

    @BeforeEach
    void namePaths() {
        model = temporary.resolve("model.safetensors");
    }

    @Test
    void asksForTheOptionsThatAStateDictNeeds() throws IOException {
        Path weights = temporary.resolve("weights.pt");
        TorchFiles.writeStateDict(weights, TorchFiles.openAi(TINY, ""));
        Streams streams = run(2, "convert", weights.toString(), "-o", model.toString());
        assertOneLine(streams);
        assertTrue(
                streams.err()
                        .endsWith("; give --vision-heads, --text-heads, --activation, --resize, --resample, --mean,"
                                + " --std\n"),
                streams.err());
        assertFalse(Files.exists(model));

        run(
                0,
                ("convert " + weights + " -o " + model
                                + " --vision-heads 3 --text-heads 2 --activation quick_gelu --resize squash"
                                + " --resample bilinear --mean clip --std 0.5")
                        .split(" ", -1));
        ModelInfo info = ModelFile.info(model);
        assertEquals(Activation.QUICK_GELU, info.config().vision().tower().activation());
        assertEquals(Activation.QUICK_GELU, info.config().text().tower().activation());
        assertEquals(3, info.config().vision().tower().heads());
        assertEquals(2, info.config().text().tower().heads());
        assertEquals(
                PreprocessorConfig.of(
                        new PreprocessorConfig.Resize.Exact(64, 64),
                        Optional.empty(),
                        Resampling.BILINEAR,
                        ConversionOptions.CLIP_MEAN,
                        List.of(0.5f, 0.5f, 0.5f)),
                info.preprocessing());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--activation relu | --activation: expected one of quick_gelu, gelu, gelu_tanh, found 'relu'; see",
                "--mean 0.5,0.5 | --mean: expected three numbers",
                "--mean half | --mean: expected R,G,B, one number or clip, found 'half'",
                "--std 0.5,0.5,0 | --std: expected numbers above zero, found [0.5, 0.5, 0.0]",
                "--resize longest | --resize: expected one of shortest, squash, found 'longest'; see",
                "--resample nearest | --resample: expected one of bicubic, bilinear, found 'nearest'; see",
                "--vision-heads 0 | --vision-heads: expected",
                "--image-size 0 | --image-size: expected at least 1, found 0",
                "--image-size 9 | SOURCE: expected its own image-size, 64, found the option 9; leave that out",
                "--tokenizer a.model | SOURCE: expected no option tokenizer, as its own is in its folder, found a.model",
                "--text-heads two | --text-heads: expected a whole number, found 'two'; see",
                "--activation gelu | SOURCE/config.json: expected its own activation, quick_gelu, found the option"
                        + " gelu;",
                "--labels a,b | --labels are those of --report; give that too",
                "--report x.png | --report compares a narrower type with f32; give --dtype f16, bf16, q8 or int8",
                "--dtype q8 --report | --report: expected IMAGE behind it; see clip convert --help"
            })
    void aWrongOptionIsAUsageError(String options, String message) throws IOException {
        Path folder = SyntheticFolder.of(TINY).write(temporary.resolve("source"));
        List<String> arguments = new ArrayList<>(List.of("convert", folder.toString(), "-o", model.toString()));
        arguments.addAll(List.of(options.split(" ", -1)));
        Streams streams = run(2, arguments.toArray(String[]::new));
        assertOneLine(streams);
        assertTrue(streams.err().startsWith("clip: " + message.replace("SOURCE", folder.toString())), streams.err());
        assertFalse(Files.exists(model));
    }

    @Test
    void asksForWhatBigVisionsWeightsDoNotSay() throws IOException {
        Path weights = TestData.committed().path("numpy/siglip.npz");
        Path tokenizer = TokenizerFiles.write("t5.model", temporary.resolve("spiece.model"));
        Streams streams =
                run(2, "convert", weights.toString(), "-o", model.toString(), "--tokenizer", tokenizer.toString());
        assertOneLine(streams);
        assertTrue(streams.err().endsWith("image-size (in pixels); give --image-size\n"), streams.err());
        run(0, ("convert " + weights + " -o " + model + " --image-size 14 --tokenizer " + tokenizer).split(" ", -1));
        assertEquals("siglip", ModelFile.info(model).family());
        assertTrue(run(0, "inspect", model.toString()).out().contains("as big_vision's tokenizer of SigLIP"));
    }

    @Test
    void aPickleThatCallsSomethingIsABadModel() throws IOException {
        Path folder = SyntheticFolder.of(TINY).write(temporary.resolve("source"));
        Files.delete(folder.resolve("model.safetensors"));
        byte[] pickle = new Pickle()
                .protocol(2)
                .op(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
                .stop()
                .integer(1001)
                .stop()
                .global("os", "system")
                .toBytes();
        Files.write(folder.resolve("pytorch_model.bin"), pickle);
        Streams streams = run(4, "convert", folder.toString(), "-o", model.toString());
        assertOneLine(streams);
        assertTrue(streams.err().contains("the global os.system"), streams.err());
    }

    @Test
    void reportsWhatNarrowWeightsCost() throws IOException {
        Path folder = SyntheticFolder.of(TINY).write(temporary.resolve("source"));
        String coffee = TestData.committed().path("images/coffee.png").toString();
        String camera = TestData.committed().path("images/camera.png").toString();
        for (String type : List.of("q8", "bf16", "f16")) {
            Streams streams = run(
                    0,
                    "convert",
                    folder.toString(),
                    "-o",
                    model.toString(),
                    "--dtype",
                    type,
                    "--labels",
                    "cat,dog,coffee",
                    "--report",
                    coffee,
                    camera);
            List<String> lines = streams.out().lines().toList();
            assertEquals(6, lines.size(), streams.out());
            assertTrue(lines.getFirst().startsWith("cosine    logit shift  best of f32"), streams.out());
            assertTrue(lines.get(1).endsWith(coffee), streams.out());
            assertTrue(lines.get(2).endsWith(camera), streams.out());
            Matcher cosine = match(
                    "cosine of " + type + " to f32: mean (0\\.9\\d+|1\\.0+), worst (0\\.9\\d+|1\\.0+) \\(.*\\)",
                    lines.get(3));
            assertTrue(Double.parseDouble(cosine.group(2)) <= Double.parseDouble(cosine.group(1)), lines.get(3));
            Matcher shift = match("logit shift: mean (\\d\\.\\d+), worst (\\d\\.\\d+) \\(.*\\)", lines.get(4));
            assertTrue(Double.parseDouble(shift.group(2)) >= Double.parseDouble(shift.group(1)), lines.get(4));
            assertTrue(Double.parseDouble(shift.group(2)) > 0, "narrow weights are not f32's: " + lines.get(4));
            match("same best label: [012] of 2 pictures \\(\\d+\\.0 %\\), 3 labels", lines.get(5));
            assertEquals(type, ModelFile.info(model).weightType().spelling());
        }
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(List.of(model, folder), files.sorted().toList(), "the f32 model is deleted again");
        }
    }

    @Test
    void theReportTellsOfLabelsThatAreCutAndStaysATable() throws IOException {
        Path folder = SyntheticFolder.of(TINY).write(temporary.resolve("source"));
        String coffee = TestData.committed().path("images/coffee.png").toString();
        String[] start = {"convert", folder.toString(), "-o", model.toString(), "--dtype", "q8", "--labels"};
        Streams cut = run(
                0,
                Stream.concat(Stream.of(start), Stream.of("a," + "cat ".repeat(100), "--report", coffee))
                        .toArray(String[]::new));
        assertTrue(cut.err().contains("a label is longer than the"), cut.err());
        assertTrue(cut.err().contains("and is cut: 'cat cat"), cut.err());
        Streams wide = run(
                0,
                Stream.concat(
                                Stream.of(start),
                                Stream.of("\u732b\u732b\u732b\u732b\u732b\u732b,\u72ac", "--report", coffee))
                        .toArray(String[]::new));
        List<String> lines = wide.out().lines().limit(2).toList();
        int image = lines.getFirst().indexOf("image");
        String row = lines.getLast();
        assertEquals(image, Columns.width(row.substring(0, row.indexOf(coffee))), wide.out());
    }

    @Test
    void theReportGoesOnAfterABadPicture() throws IOException {
        Path folder = SyntheticFolder.of(TINY).write(temporary.resolve("source"));
        String truncated = TestData.committed().path("images/truncated.jpg").toString();
        String coffee = TestData.committed().path("images/coffee.png").toString();
        String[] start = {"convert", folder.toString(), "-o", model.toString(), "--dtype", "q8", "--report"};
        Streams some = run(
                5, Stream.concat(Stream.of(start), Stream.of(truncated, coffee)).toArray(String[]::new));
        assertTrue(some.err().contains("truncated.jpg: "), some.err());
        assertTrue(some.out().contains("of 1 pictures"), some.out());
        assertTrue(some.out().contains(CostReport.DEFAULT_LABELS.size() + " labels"), some.out());
        Streams none =
                run(6, Stream.concat(Stream.of(start), Stream.of(truncated)).toArray(String[]::new));
        assertEquals("", none.out());
    }

    private static Matcher match(String pattern, String line) {
        Matcher matcher = Pattern.compile(pattern).matcher(line);
        assertTrue(matcher.matches(), line);
        return matcher;
    }

    private static Streams run(int exitCode, String... arguments) {
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(arguments, streams.terminal()), streams.err());
        return streams;
    }

    private static void assertOneLine(Streams streams) {
        String err = streams.err();
        assertTrue(err.startsWith("clip: ") && err.indexOf('\n') == err.length() - 1, err);
        assertEquals("", streams.out());
    }
}
