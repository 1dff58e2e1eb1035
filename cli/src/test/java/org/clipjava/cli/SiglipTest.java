package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.SyntheticSiglip;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that scores each label by itself, on the command line. */
class SiglipTest {
    private static final String PICTURE =
            TestData.committed().path("images/coffee_small_150x100.png").toString();

    @TempDir
    private static Path folder;

    private static Path model;

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws Exception {
        Path checkpoint = SyntheticFolder.of(SyntheticSiglip.TINY).write(folder.resolve("checkpoint"));
        TokenizerFiles.write("t5.model", checkpoint.resolve("spiece.model"));
        model = folder.resolve("siglip.safetensors");
        CheckpointConverter.convert(checkpoint, model, WeightType.F32, ConversionListener.SILENT);
    }

    private static String run(int exitCode, String... args) {
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(args, streams.terminal()), streams.err());
        return exitCode == 0 ? streams.out() : streams.err();
    }

    private static JsonArray scores(String... options) {
        List<String> args = new ArrayList<>(
                List.of("classify", "--model", model.toString(), "--labels", "cat,dog", "--format", "jsonl"));
        args.addAll(List.of(options));
        args.add(PICTURE);
        return JsonParser.parseString(run(0, args.toArray(String[]::new)))
                .getAsJsonObject()
                .getAsJsonArray("scores");
    }

    private static double number(JsonArray scores, int i, String name) {
        return scores.get(i).getAsJsonObject().get(name).getAsDouble();
    }

    @Test
    void showsTheModelsOwnSigmoidByDefault() {
        JsonArray scores = scores();
        assertEquals(scores.toString(), scores("--scores", "sigmoid").toString());
        for (int i = 0; i < 2; i++) {
            double logit = number(scores, i, "logit");
            assertEquals(Math.exp(4.7647) * number(scores, i, "cosine") - 12.93, logit, 1e-2);
            assertEquals(1 / (1 + Math.exp(-logit)), number(scores, i, "score"), 1e-6);
        }
    }

    @Test
    void comparesLabelsWhereItIsAskedTo() {
        JsonArray scores = scores("--scores", "softmax");
        assertEquals(1, number(scores, 0, "score") + number(scores, 1, "score"), 1e-6);
        assertEquals(
                number(scores, 0, "logit") - number(scores, 1, "logit"),
                Math.log(number(scores, 0, "score") / number(scores, 1, "score")),
                1e-3);
    }

    @Test
    void needsNoCalibrationToSayUnknown() {
        String shown = run(
                0,
                "classify",
                "--model",
                model.toString(),
                "--labels",
                "cat,dog",
                "--unknown",
                "--top-k",
                "1",
                PICTURE);
        boolean known = number(scores(), 0, "score") > 0.5;
        assertEquals(!known, shown.contains("unknown"), shown);
    }

    @Test
    void savesAndReadsItsClassifiers() {
        Path classifier = folder.resolve("classifier.safetensors");
        run(0, "labels", "--model", model.toString(), "--labels", "cat,dog", "-o", classifier.toString());
        String saved = run(
                0,
                "classify",
                "--model",
                model.toString(),
                "--classifier",
                classifier.toString(),
                "--format",
                "jsonl",
                PICTURE);
        assertEquals(
                scores().toString(),
                JsonParser.parseString(saved)
                        .getAsJsonObject()
                        .getAsJsonArray("scores")
                        .toString());
    }

    @Test
    void explainsEachStep() {
        String text = run(0, "explain", "--model", model.toString(), "--labels", "cat,dog", PICTURE);
        assertTrue(text.matches("(?s).*logit bias +-12\\.9300\n.*"), text);
        assertTrue(text.contains("This is a photo of cat."), text);
        assertTrue(text.contains("sigmoid"), text);
        JsonObject json = JsonParser.parseString(
                        run(0, "explain", "--json", "--model", model.toString(), "--labels", "cat,dog", PICTURE))
                .getAsJsonObject();
        assertEquals(-12.93, json.get("logit_bias").getAsDouble(), 1e-5);
        assertTrue(json.getAsJsonArray("labels").get(0).getAsJsonObject().has("sigmoid"));
    }

    @Test
    void tellsItsFamily() {
        String text = run(0, "inspect", model.toString());
        assertTrue(text.matches("(?s).*\nfamily +siglip\n.*"), text);
        assertTrue(text.matches("(?s).*\nscores +sigmoid\n.*"), text);
        assertTrue(text.contains("64 tokens"), text);
    }

    @Test
    void isHeldAgainstItself() {
        String text = run(0, "verify", model.toString());
        assertTrue(text.contains("batch"), text);
    }

    @Test
    void tokenizesWithoutATokenBeforeTheText() {
        String text = run(0, "tokenize", "--model", model.toString(), "a photo of a cat");
        assertTrue(text.contains("</s>"), text);
    }
}
