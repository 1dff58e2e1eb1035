package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.SyntheticSiglip;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that reads pictures of any shape, on the command line. */
class NaflexTest {
    /** 600 x 30: of at most 64 patches it gets 2 rows of 32. */
    private static final String WIDE =
            TestData.committed().path("images/coffee_wide_600x30.png").toString();

    @TempDir
    private static Path folder;

    private static String model = "";

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws Exception {
        Path checkpoint = SyntheticFolder.of(SyntheticSiglip.NAFLEX_TINY).write(folder.resolve("checkpoint"));
        TokenizerFiles.write("t5.model", checkpoint.resolve("spiece.model"));
        model = folder.resolve("naflex.safetensors").toString();
        CheckpointConverter.convert(checkpoint, Path.of(model), WeightType.F32, ConversionListener.SILENT);
    }

    private static String run(String... args) {
        Streams streams = new Streams("");
        assertEquals(0, Main.run(args, streams.terminal()), streams.err());
        return streams.out();
    }

    @Test
    void explainsHowManyPatchesAPictureGets() {
        String text = run("explain", "--model", model, "--labels", "cat,dog", WIDE);
        assertTrue(
                text.matches("(?s).*\nresized +256 x 16, bilinear\npatches +32 x 2 of 8 pixels; up to 64\n.*"), text);
        JsonObject json = JsonParser.parseString(run("explain", "--json", "--model", model, "--labels", "cat", WIDE))
                .getAsJsonObject();
        assertEquals(32, json.getAsJsonObject("patches").get("width").getAsInt());
        assertEquals(2, json.getAsJsonObject("patches").get("height").getAsInt());
    }

    @Test
    void writesWhatTheModelSees() throws Exception {
        Path crop = folder.resolve("crop.png");
        run("preprocess", "--model", model, WIDE, "-o", crop.toString());
        RgbImage seen = ImageDecoder.standard().decode(crop);
        assertEquals(256, seen.width());
        assertEquals(16, seen.height());
    }

    @Test
    void tellsWhichPicturesItReads() {
        String text = run("inspect", model);
        assertTrue(text.contains("pictures of any shape, patch 8, up to 64 tokens"), text);
        JsonObject vision = JsonParser.parseString(run("inspect", "--json", model))
                .getAsJsonObject()
                .getAsJsonObject("config")
                .getAsJsonObject("vision");
        assertTrue(vision.get("any_shape").getAsBoolean());
        assertEquals("bilinear", vision.get("position_filter").getAsString());
    }

    @Test
    void isHeldAgainstItself() {
        String text = run("verify", model); // it exits with 0 only where every stage passes
        assertTrue(text.contains("batch"), text);
    }

    @Test
    void classifiesPicturesOfAllShapesTogether() {
        String tall = TestData.committed().path("images/coffee_tall_9x400.png").toString();
        String point = TestData.committed().path("images/coffee_1x1.png").toString();
        String[] together = run(
                        "classify", "--model", model, "--labels", "cat,dog", "--format", "jsonl", WIDE, tall, point)
                .strip()
                .split("\n", -1);
        assertEquals(3, together.length);
        String alone = run("classify", "--model", model, "--labels", "cat,dog", "--format", "jsonl", tall);
        assertEquals(alone.strip(), together[1]);
    }
}
