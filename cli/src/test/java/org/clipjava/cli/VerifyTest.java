package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clipjava.cli.report.StageReport;
import org.clipjava.cli.verify.Stage;
import org.clipjava.cli.verify.Stage.Deviation;
import org.clipjava.cli.verify.Stage.Outcome;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command; what its stages find is {@code VerificationTest}'s. */
class VerifyTest {
    private static final String B_32 = "openai/clip-vit-base-patch32";

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path narrow;

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws IOException {
        model = folder.resolve("tiny.safetensors");
        narrow = folder.resolve("tiny-q8.safetensors");
        Path checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("checkpoint"));
        CheckpointConverter.convert(checkpoint, model, WeightType.F32, ConversionListener.SILENT);
        CheckpointConverter.convert(checkpoint, narrow, WeightType.Q8, ConversionListener.SILENT);
    }

    @Test
    void holdsAModelOfWhichNothingIsPublishedAgainstItself() {
        JsonObject json = verify(0, model.toString());
        assertTrue(json.get("pass").getAsBoolean());
        assertEquals(
                Map.of("structure", "pass", "tokenizer", "pass", "batch", "pass", "kernels", "pass", "weights", "skip"),
                outcomes(json));
        assertEquals("pass", outcomes(verify(0, narrow.toString())).get("weights"));
    }

    @Test
    void exitsWith4WhereTheModelIsNotWhatItIsCalled() {
        JsonObject json = verify(4, "--as", B_32, model.toString());
        Map<String, String> outcomes = outcomes(json);
        assertEquals("fail", outcomes.get("structure"));
        assertEquals("fail", outcomes.get("pixels"));
        assertEquals("fail", outcomes.get("texts"));
        assertEquals("skip", outcomes.get("picture CLIP"));
        JsonObject structure = json.getAsJsonArray("stages").get(0).getAsJsonObject();
        assertTrue(structure.get("cause").getAsString().startsWith("another architecture"), structure.toString());
    }

    @Test
    void holdsNoNarrowWeightsAgainstNumbersOfWideOnes() {
        Map<String, String> outcomes = outcomes(verify(4, "--as", B_32, narrow.toString()));
        assertEquals("skip", outcomes.get("published"));
        assertEquals("pass", outcomes.get("batch"));
    }

    @Test
    void takesPicturesByTheirNames() {
        String picture = org.clipjava.testdata.TestData.committed()
                .path("images/coffee_small_150x100.png")
                .toString();
        Map<String, String> outcomes =
                outcomes(verify(4, "--as", B_32, "--image", "CLIP=" + picture, model.toString()));
        assertEquals("fail", outcomes.get("picture CLIP"));
        assertEquals("skip", outcomes.get("picture 000000039769"));

        Streams unknown = new Streams("");
        assertEquals(
                2,
                Main.run(
                        new String[] {"verify", "--as", B_32, "--image", picture, model.toString()},
                        unknown.terminal()));
        assertTrue(unknown.err().contains("expected one of 000000039769, CLIP, as 000000039769=FILE"), unknown.err());
    }

    @Test
    void isATableForPeople() {
        List<Stage> stages = List.of(
                new Stage("structure", Outcome.PASS, "7 parameters", Optional.empty(), Optional.empty()),
                new Stage(
                        "pixels",
                        Outcome.FAIL,
                        "logits",
                        Optional.of(new Deviation(0.5, 1e-4)),
                        Optional.of("wrong activation")));
        assertEquals("""
                structure  PASS  7 parameters
                pixels     FAIL  logits; largest difference 5.00e-01, allowed 1.00e-04
                                 likely cause: wrong activation
                """, new StageReport(stages).toText());
        Streams streams = new Streams("");
        assertEquals(0, Main.run(new String[] {"verify", model.toString()}, streams.terminal()), streams.err());
        assertTrue(streams.out().contains("kernels    PASS  scalar against vector; largest difference"), streams.out());
    }

    @Test
    void itsColumnsStandBelowEachOtherInAnyScript() {
        List<Stage> stages = List.of(
                new Stage("\u732b", Outcome.PASS, "a", Optional.empty(), Optional.empty()),
                new Stage("pixels", Outcome.PASS, "b", Optional.empty(), Optional.empty()));
        assertEquals("\u732b      PASS  a\npixels  PASS  b\n", new StageReport(stages).toText());
    }

    @Test
    void aDifferenceBeyondAllNumbersIsNullInJson() {
        List<Stage> stages = List.of(new Stage(
                "pixels", Outcome.FAIL, "logits", Optional.of(new Deviation(Double.NaN, 1e-4)), Optional.of("none")));
        JsonObject stage = JsonParser.parseString(new StageReport(stages).toJson("m", ""))
                .getAsJsonObject()
                .getAsJsonArray("stages")
                .get(0)
                .getAsJsonObject();
        assertTrue(stage.get("largest_difference").isJsonNull());
    }

    private static JsonObject verify(int exitCode, String... args) {
        Streams streams = new Streams("");
        String[] command = new String[args.length + 2];
        command[0] = "verify";
        command[1] = "--json";
        System.arraycopy(args, 0, command, 2, args.length);
        assertEquals(exitCode, Main.run(command, streams.terminal()), streams.err() + streams.out());
        assertEquals("", streams.err());
        return JsonParser.parseString(streams.out()).getAsJsonObject();
    }

    private static Map<String, String> outcomes(JsonObject json) {
        return json.getAsJsonArray("stages").asList().stream()
                .map(stage -> stage.getAsJsonObject())
                .collect(Collectors.toMap(
                        stage -> stage.get("name").getAsString(),
                        stage -> stage.get("outcome").getAsString(),
                        (first, second) -> first));
    }
}
