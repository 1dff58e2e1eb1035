package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.junit.jupiter.api.Tag;
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
                "--dtype q8 --report | --report: expected IMAGE behind it; see clip convert --help",
                "--dtype q8 --report-layers -1 --report x.png | --report-layers: expected 0 or more pictures, found -1",
                "--dtype q8 --reduce-range | SOURCE: expected int8 for the option reduce-range, found q8; leave that out",
                "--dtype q8 --keep-wide vision.blocks.9.* | SOURCE: expected layers of this model for the option"
                        + " keep-wide, as vision.patch_embedding to text.projection, found 'vision.blocks.9.*'",
                "--keep-wide text.* | SOURCE: expected a narrower type than f32 for the option keep-wide, found f32;"
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
                    "--report-layers",
                    "0",
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

    /** A column of large weights that meets activations of zero changes nothing in f32, and leaves int8 no levels for the others. */
    @Test
    @Tag("thorough")
    void theReportNamesTheLayerThatNarrowWeightsHarm() throws IOException {
        int width = TINY.vision().width();
        int hidden = TINY.vision().mlpWidth();
        String layer = "vision_model.encoder.layers.1.";
        float[] weights = SyntheticCheckpoint.uniform("harmed", hidden * width);
        float[] gain = new float[width];
        Arrays.fill(gain, 1);
        gain[0] = 0;
        for (int output = 0; output < hidden; output++) {
            weights[output * width] = 100;
        }
        Path folder = SyntheticFolder.of(TINY)
                .with(layer + "mlp.fc1.weight", List.of(hidden, width), weights)
                .with(layer + "layer_norm2.weight", List.of(width), gain)
                .with(layer + "layer_norm2.bias", List.of(width), new float[width])
                .write(temporary.resolve("source"));
        String[] report = {"--labels", "cat,dog,coffee", "--report", coffee()};
        String convert = "convert " + folder + " -o " + model + " --dtype int8 ";
        List<String> lines = run(0, with(convert, report)).out().lines().toList();
        List<String> layers =
                lines.subList(lines.indexOf("worst cosine  mean      logit shift  same best  layer") + 1, lines.size());
        assertEquals(1 + 4 * 3 + 1 + 1 + 4 * 2 + 1 + 2 + 2 + 1, layers.size(), String.join("\n", lines));
        for (String line : layers.subList(0, 24)) {
            Matcher row = match(" +([01]\\.\\d+)  ([01]\\.\\d+) +(\\d+\\.\\d+) +[01] of 1  (.*)", line);
            double worst = Double.parseDouble(row.group(1));
            boolean harmed = row.group(4).equals("vision.blocks.1.mlp.fc1");
            assertEquals(harmed, worst < 0.99, line);
            assertTrue(Double.parseDouble(row.group(3)) > 0, "int8 is not f32: " + line);
        }
        assertTrue(
                layers.contains("costliest of the image tower: vision.blocks.1.mlp.fc1, worst cosine "
                        + layers.get(7).substring(4, 12)),
                String.join("\n", lines));
        Matcher advice = match(
                "for a cosine of 0\\.9995, \\d+\\.\\d MB more: --keep-wide (vision\\.blocks\\.1\\.mlp\\.fc1\\S*)",
                layers.getLast());

        List<String> mended = run(0, with(convert + "--keep-wide " + advice.group(1) + " ", report))
                .out()
                .lines()
                .toList();
        Matcher cosine = match("cosine of int8 to f32: mean (.*), worst (.*) \\(.*\\)", mended.get(2));
        assertTrue(Double.parseDouble(cosine.group(2)) >= 0.9995, mended.get(2));
        assertEquals("no layer has to stay wider for a cosine of 0.9995", mended.getLast());
        assertTrue(mended.stream().noneMatch(line -> line.endsWith("  vision.blocks.1.mlp.fc1")), "it is f32 now");
        assertTrue(
                run(0, "inspect", model.toString()).out().contains("int8; f32: vision.blocks.1.mlp.fc1.weight"),
                "what is wider is shown");
    }

    @Test
    void reducesTheRangeOfWeights() throws IOException {
        Path folder = SyntheticFolder.of(TINY).write(temporary.resolve("source"));
        String[] start = {"convert", folder.toString(), "-o", model.toString(), "--dtype", "int8"};
        run(0, start);
        byte[] full = Files.readAllBytes(model);
        String out = run(
                        0,
                        Stream.concat(Arrays.stream(start), Stream.of("--reduce-range", "--report", coffee()))
                                .toArray(String[]::new))
                .out();
        assertEquals(full.length, Files.size(model));
        assertFalse(Arrays.equals(full, Files.readAllBytes(model)), "weights are others");
        Matcher cosine = match(
                "cosine of int8 to f32: mean (.*), worst (.*) \\(.*\\)",
                out.lines().toList().get(2));
        assertTrue(Double.parseDouble(cosine.group(2)) > 0.99, out);
    }

    private static String coffee() {
        return TestData.committed().path("images/coffee.png").toString();
    }

    private static String[] with(String start, String... more) {
        return Stream.concat(Stream.of(start.split(" ", -1)).filter(word -> !word.isEmpty()), Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void theReportTellsOfLabelsThatAreCutAndStaysATable() throws IOException {
        Path folder = SyntheticFolder.of(TINY).write(temporary.resolve("source"));
        String coffee = TestData.committed().path("images/coffee.png").toString();
        String[] start = {
            "convert", folder.toString(), "-o", model.toString(), "--dtype", "q8", "--report-layers", "0", "--labels"
        };
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
        String[] start = {
            "convert", folder.toString(), "-o", model.toString(), "--dtype", "q8", "--report-layers", "0", "--report"
        };
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
