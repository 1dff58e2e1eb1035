package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.image.ImageDecoder;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {
    @TempDir
    private static Path folder;

    private static Path model;

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws Exception {
        model = folder.resolve("tiny.safetensors");
        CheckpointConverter.convert(
                SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("checkpoint")),
                model,
                WeightType.F32,
                ConversionListener.SILENT);
    }

    @Test
    void tellsEachStepToAPicturesSize() {
        JsonObject json = explain("decoding/exif6.jpg", "--labels", "cat,dog");
        JsonObject decoded = json.getAsJsonObject("decoded");
        JsonObject upright = json.getAsJsonObject("upright");
        assertEquals("JPEG", decoded.get("format").getAsString());
        assertEquals(6, decoded.get("orientation").getAsInt());
        assertEquals(decoded.get("width"), upright.get("height"), "turned by a quarter");
        assertEquals(decoded.get("height"), upright.get("width"), "turned by a quarter");
        int width = upright.get("width").getAsInt();
        int height = upright.get("height").getAsInt();
        JsonObject resized = json.getAsJsonObject("resized");
        assertEquals(
                64,
                Math.min(resized.get("width").getAsInt(), resized.get("height").getAsInt()));
        assertEquals(
                64 * Math.max(width, height) / Math.min(width, height),
                Math.max(resized.get("width").getAsInt(), resized.get("height").getAsInt()));
        JsonObject crop = json.getAsJsonObject("crop");
        assertEquals(
                (resized.get("width").getAsInt() - 64) / 2, crop.get("left").getAsInt());
        assertEquals(
                (resized.get("height").getAsInt() - 64) / 2, crop.get("top").getAsInt());
        assertEquals(64, crop.get("width").getAsInt());
    }

    @Test
    void tellsTheNumbersThatClassifyUses() throws Exception {
        JsonObject json = explain("images/coffee_small_150x100.png", "--labels", "cat,dog");
        JsonArray labels = json.getAsJsonArray("labels");
        try (Clip clip = Clip.open(model, ClipOptions.defaults())) {
            var picture = ImageDecoder.standard().decode(TestData.committed().path("images/coffee_small_150x100.png"));
            double sum = 0;
            for (var element : labels) {
                JsonObject label = element.getAsJsonObject();
                JsonObject prompt = label.getAsJsonArray("prompts").get(0).getAsJsonObject();
                String text = "a photo of a " + label.get("label").getAsString();
                assertEquals(text, prompt.get("text").getAsString());
                assertEquals(49406, prompt.getAsJsonArray("ids").get(0).getAsInt());
                assertEquals("photo</w>", prompt.getAsJsonArray("tokens").get(2).getAsString());
                double cosine = clip.encodeImage(picture).cosine(clip.encodeText(text));
                assertEquals(cosine, label.get("cosine").getAsDouble(), 1e-6);
                assertEquals(
                        cosine * json.get("logit_scale").getAsDouble(),
                        label.get("logit").getAsDouble(),
                        1e-4);
                sum += label.get("score").getAsDouble();
            }
            assertEquals(1, sum, 1e-6);
        }
    }

    @Test
    void tellsWhatWasCutOff() {
        JsonObject json = explain(
                "images/coffee_small_150x100.png",
                "--labels",
                "word " + "and another ".repeat(60),
                "--template",
                "{}",
                "--template",
                "a {}");
        JsonArray prompts =
                json.getAsJsonArray("labels").get(0).getAsJsonObject().getAsJsonArray("prompts");
        assertEquals(2, prompts.size(), "one a template");
        assertTrue(prompts.get(0).getAsJsonObject().get("truncated").getAsBoolean());
        assertEquals(77, prompts.get(0).getAsJsonObject().getAsJsonArray("ids").size());
    }

    @Test
    void isATextForPeople() {
        Streams streams = new Streams("");
        String picture = TestData.committed().path("decoding/exif6.jpg").toString();
        assertEquals(
                0,
                Main.run(
                        new String[] {"explain", "-m", model.toString(), "--labels", "cat,dog", picture},
                        streams.terminal()),
                streams.err());
        for (String word : List.of(
                "decoded      JPEG, ",
                "EXIF orientation 6",
                "resized",
                "cropped      64 x 64 at",
                "logit scale",
                "49406 <|startoftext|>  320 a</w>  1125 photo</w>",
                "softmax")) {
            assertTrue(streams.out().contains(word), word + ": " + streams.out());
        }
    }

    @Test
    void aPictureThatCantBeReadExitsWith6() {
        for (String picture : List.of(
                "/nowhere/x",
                folder.toString(),
                TestData.committed().path("images/truncated.jpg").toString())) {
            Streams streams = new Streams("");
            assertEquals(
                    6,
                    Main.run(
                            new String[] {"explain", "-m", model.toString(), "--labels", "cat", picture},
                            streams.terminal()));
            assertTrue(streams.err().startsWith("clip: " + picture + ": "), streams.err());
        }
    }

    private static JsonObject explain(String picture, String... options) {
        Streams streams = new Streams("");
        String[] args = new String[options.length + 5];
        System.arraycopy(options, 0, args, 5, options.length);
        args[0] = "explain";
        args[1] = "-m";
        args[2] = model.toString();
        args[3] = "--json";
        args[4] = TestData.committed().path(picture).toString();
        assertEquals(0, Main.run(args, streams.terminal()), streams.err());
        return JsonParser.parseString(streams.out()).getAsJsonObject();
    }
}
