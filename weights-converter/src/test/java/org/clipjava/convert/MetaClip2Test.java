package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.WeightType;
import org.clipjava.image.PixelTensor;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of MetaCLIP 2 as Hugging Face lays them out: from the files to the ids and embeddings of transformers. */
class MetaClip2Test {
    private static final int WIDTH = 40;
    private static final int PIXELS = 3 * 64 * 64;
    private static final Gson GSON = new Gson();

    private static final SyntheticCheckpoint TINY = new SyntheticCheckpoint(
            WIDTH,
            new SyntheticCheckpoint.Vision(72, 200, 3, 3, 64, 8),
            new SyntheticCheckpoint.Text(48, 136, 2, 2, 16, 1002));

    @TempDir
    Path temporary;

    private static String config(String json, int end) {
        return json.replace("\"clip", "\"metaclip_2").replace("\"eos_token_id\": 49407", "\"eos_token_id\": " + end);
    }

    private Path folder(SyntheticFolder checkpoint, String tokenizer) throws IOException {
        Path folder = checkpoint.write(temporary.resolve("metaclip2"));
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer(tokenizer).toString());
        return folder;
    }

    private Path folder(String tokenizer, int end) throws IOException {
        return folder(SyntheticFolder.of(TINY).config(config(TINY.configJson(), end)), tokenizer);
    }

    /** With the table of characters, which is stored once. */
    private static JsonObject tokenizer(String name) {
        JsonObject file = json(name + ".tokenizer.json");
        steps(file).set(0, steps(json("t5.tokenizer.json")).get(0));
        return file;
    }

    private static JsonArray steps(JsonObject file) {
        return file.getAsJsonObject("normalizer").getAsJsonArray("normalizers");
    }

    private static JsonObject json(String name) {
        return GSON.fromJson(new String(TokenizerFiles.read(name), StandardCharsets.UTF_8), JsonObject.class);
    }

    private static List<JsonElement> goldens() {
        return json("metaclip2.json").getAsJsonArray("texts").asList();
    }

    private Path convert(Path folder) throws IOException {
        Path model = temporary.resolve("model.safetensors");
        CheckpointConverter.convert(folder, model, WeightType.F32, ConversionListener.SILENT);
        return model;
    }

    private static Clip open(Path model) throws IOException {
        return Clip.open(model, ClipOptions.defaults().withKernels(KernelChoice.SCALAR));
    }

    private static float[] golden(String name) throws IOException {
        try (SafetensorsFile file =
                SafetensorsFile.open(TestData.committed().path("golden/metaclip2-tiny.safetensors"))) {
            return file.data(file.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        }
    }

    private static void assertRow(float[] rows, int row, float[] found) {
        assertArrayEquals(Arrays.copyOfRange(rows, row * WIDTH, (row + 1) * WIDTH), found, 1e-5f);
    }

    private static void assertTexts(Clip clip) throws IOException {
        float[] texts = golden("text_embeds");
        int row = 0;
        for (JsonElement golden : goldens()) {
            String text = golden.getAsJsonObject().get("text").getAsString();
            assertRow(texts, row++, clip.encodeText(text).toArray());
        }
        assertEquals(149, row);
    }

    @Test
    void givesTransformersEmbeddings() throws IOException {
        try (Clip clip = open(convert(folder("xlmr", 2)))) {
            float[] images = golden("image_embeds");
            float[] uniform = SyntheticCheckpoint.uniform("metaclip2.pixel_values", 2 * PIXELS);
            for (int i = 0; i < 2; i++) {
                float[] picture = Arrays.copyOfRange(uniform, i * PIXELS, (i + 1) * PIXELS);
                assertRow(
                        images,
                        i,
                        clip.encodePixels(PixelTensor.of(64, 64, picture)).toArray());
            }
            assertTexts(clip);
        }
    }

    @Test
    void givesThemWithTheTextTowerAlone() throws IOException {
        SyntheticFolder text = SyntheticFolder.ofText(TINY).config(config(TINY.textConfigJson(), 2));
        try (Clip clip = open(convert(folder(text, "xlmr")))) {
            assertTexts(clip);
        }
    }

    @Test
    void takesTheImageTowerAlone() throws IOException {
        Path folder = SyntheticFolder.ofVision(TINY)
                .config(config(TINY.visionConfigJson(), 2))
                .write(temporary.resolve("vision"));
        try (Clip clip = open(convert(folder))) {
            float[] picture = Arrays.copyOf(SyntheticCheckpoint.uniform("metaclip2.pixel_values", 2 * PIXELS), PIXELS);
            assertRow(
                    golden("image_embeds"),
                    0,
                    clip.encodePixels(PixelTensor.of(64, 64, picture)).toArray());
        }
    }

    /** T5's class makes up {@code <extra_id_0>} behind the small vocabulary, where a model has no row for it. */
    @ParameterizedTest
    @CsvSource({"xlmr, 2, 1002, 0", "t5, 1, 1000, 1"})
    void tokenizesAsTheTokenizersClasses(String tokenizer, int end, int size, int beyond) throws IOException {
        try (Clip clip = open(convert(folder(tokenizer, end)))) {
            List<String> wrong = new ArrayList<>();
            int madeUp = 0;
            for (JsonElement element : goldens()) {
                JsonObject golden = element.getAsJsonObject();
                String text = golden.get("text").getAsString();
                JsonArray expected = golden.getAsJsonArray(tokenizer);
                if (expected.asList().stream().anyMatch(id -> id.getAsInt() >= size)) {
                    madeUp++;
                    continue;
                }
                String found = GSON.toJson(clip.tokenizer().encode(text).ids());
                if (!found.equals(expected.toString())) {
                    wrong.add("'" + text + "': expected " + expected + ", found " + found);
                }
            }
            assertTrue(wrong.isEmpty(), wrong.size() + " wrong: " + String.join("\n", wrong));
            assertEquals(beyond, madeUp);
        }
    }

    @Test
    void aTextThatSpellsItsEndIsPooledThere() throws IOException {
        try (Clip clip = open(convert(folder("xlmr", 2)))) {
            assertArrayEquals(
                    clip.encodeText("a cat").toArray(),
                    clip.encodeText("a cat</s> and a dog").toArray());
        }
    }

    @Test
    void saysWhatItIs() throws IOException {
        ModelInfo info = ModelFile.info(convert(folder("xlmr", 2)));
        assertEquals("clip", info.family());
        assertEquals("a photo of a {}", info.template());
        assertEquals(
                List.of("config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"),
                List.copyOf(info.sources().keySet()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"eos_token_id\": 2|\"eos_token_id\": 49407|/config.json: text_config: eos_token_id: expected the token that"
                        + " ends a text in tokenizer.json, 2, found 49407",
                ", \"eos_token_id\": 2||/config.json: text_config: eos_token_id: expected the token that ends a text in"
                        + " tokenizer.json, 2, found 49407",
                "\"eos_token_id\": 2|\"eos_token_id\": [2, 3]|/config.json: text_config: eos_token_id: expected the token that"
                        + " ends a text in tokenizer.json, 2, found [2,3]",
                "\"vocab_size\": 1002|\"vocab_size\": 1001|: expected a vocabulary of 1001 tokens as the model's vocab_size"
                        + " says, found 1002; put the model's own there"
            })
    void refusesWhatDoesNotFitItsTokenizer(String part, String other, String message) throws IOException {
        Path folder = folder("xlmr", 2);
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace(part, other == null ? "" : other));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertEquals(folder + message, e.getMessage());
    }

    @Test
    void asksForTheTokenizer() throws IOException {
        Path folder = folder("xlmr", 2);
        Files.delete(folder.resolve("tokenizer.json"));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertEquals(
                folder
                        + ": expected MetaCLIP 2's tokenizer, a tokenizer.json of pieces, found none; put it into the folder",
                e.getMessage());
    }

    @Test
    void refusesATokenizerThatEndsNoText() throws IOException {
        Path folder = folder("xlmr", 2);
        JsonObject tokenizer = tokenizer("xlmr");
        tokenizer.remove("post_processor");
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertTrue(
                String.valueOf(e.getMessage())
                        .startsWith(folder.resolve("tokenizer.json")
                                + ": post_processor: expected a token that ends a text, found"),
                e.getMessage());
    }

    @Test
    void refusesAnotherCleaningThanItsTokenizers() {
        ConversionOptions options = ConversionOptions.NONE.with(TextCleaning.ORIGINAL);
        ConversionOptionException e = assertThrows(
                ConversionOptionException.class,
                () -> CheckpointConverter.convert(
                        folder("xlmr", 2),
                        temporary.resolve("model.safetensors"),
                        WeightType.F32,
                        options,
                        ConversionListener.SILENT));
        assertTrue(
                String.valueOf(e.getMessage())
                        .endsWith("expected its own text-cleaning, none, found the option original; leave that out"),
                e.getMessage());
    }
}
