package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.Embedding;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job from checkpoint and photo to label, at full size: what is printed are the reference's numbers. */
@Tag("thorough")
class FullSizeIT {
    @TempDir
    private static Path folder;

    private static Path model;

    @BeforeAll
    static void convertsTheCheckpoint() throws Exception {
        model = folder.resolve("vit-b-32.safetensors");
        Path checkpoint = SyntheticFolder.of(SyntheticCheckpoint.VIT_B_32).write(folder.resolve("checkpoint"));
        ClipJar.underThisJava()
                .run("convert", checkpoint.toString(), "-o", model.toString())
                .expect(0);
    }

    @Test
    void printsTheReferencesLogits() throws Exception {
        for (TestData data : TestData.all()) {
            List<String> pictures = Stream.of("chelsea.png", "coffee.png", "china.jpg")
                    .filter(name -> data.has("images/" + name))
                    .toList();
            String[] command = Stream.concat(
                            Stream.of("classify", "-m", model.toString(), "--format", "jsonl", "--labels"),
                            Stream.concat(
                                    Stream.of(String.join(",", TestData.GOLDEN_LABELS)),
                                    pictures.stream()
                                            .map(name ->
                                                    data.path("images/" + name).toString())))
                    .toArray(String[]::new);
            List<JsonElement> lines =
                    ClipJar.underThisJava().run(command).expect(0).silent().jsonLines();
            assertEquals(pictures.size(), lines.size());
            for (int i = 0; i < pictures.size(); i++) {
                checkLogits(data, pictures.get(i), lines.get(i).getAsJsonObject());
            }
        }
    }

    private static void checkLogits(TestData data, String picture, JsonObject line) throws IOException {
        try (SafetensorsFile images = SafetensorsFile.open(data.path("golden/image_embeds.safetensors"));
                SafetensorsFile texts = SafetensorsFile.open(data.path("golden/vit-b-32.safetensors"))) {
            Embedding image = Embedding.of(values(images, picture));
            float[] rows = values(texts, "text_embeds");
            int width = image.dimension();
            assertEquals(
                    TestData.GOLDEN_LABELS.size(), line.getAsJsonArray("scores").size());
            for (JsonElement element : line.getAsJsonArray("scores")) {
                JsonObject score = element.getAsJsonObject();
                int row = TestData.GOLDEN_LABELS.indexOf(score.get("label").getAsString());
                Embedding text = Embedding.of(Arrays.copyOfRange(rows, row * width, (row + 1) * width));
                double expected = Math.exp(4.6052) * image.cosine(text);
                assertEquals(expected, score.get("logit").getAsDouble(), 1e-3, data + ", " + picture + ", " + score);
            }
        }
    }

    private static float[] values(SafetensorsFile file, String tensor) {
        return file.data(file.tensor(tensor).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
}
