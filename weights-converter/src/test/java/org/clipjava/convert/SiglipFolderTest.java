package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
import org.clipjava.testdata.SyntheticSiglip;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of SigLIP as Hugging Face lays them out: from the files to the goldens' embeddings. */
class SiglipFolderTest {
    private static final SyntheticSiglip TINY = SyntheticSiglip.TINY;

    /** Of the tokenizer for tests; the model's own table has three rows more. */
    private static final int PIECES = 1000;

    @TempDir
    Path temporary;

    private Path folder() {
        return folder(TINY, temporary);
    }

    /** With a tokenizer for tests. */
    static Path folder(SyntheticSiglip checkpoint, Path parent) {
        Path folder = SyntheticFolder.of(checkpoint).write(parent.resolve("siglip"));
        TokenizerFiles.write("t5.model", folder.resolve("spiece.model"));
        return folder;
    }

    private static Path convert(Path folder) throws IOException {
        Path model = folder.resolveSibling("converted.safetensors");
        CheckpointConverter.convert(folder, model, WeightType.F32, ConversionListener.SILENT);
        return model;
    }

    /** On the kernels that are the specification. */
    static Clip converted(Path folder) throws IOException {
        return open(convert(folder));
    }

    static Clip open(Path model) throws IOException {
        return Clip.open(model, ClipOptions.defaults().withKernels(KernelChoice.SCALAR));
    }

    @Test
    void givesTheGoldensEmbeddings() throws IOException {
        try (Clip clip = open(convert(folder()));
                SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/siglip-tiny.safetensors"))) {
            int size = 3 * 70 * 70;
            float[] uniform = SyntheticCheckpoint.uniform("golden.siglip.pixel_values", 3 * size);
            float[] images = floats(golden, "image_embeds");
            for (int i = 0; i < 3; i++) {
                PixelTensor picture = PixelTensor.of(70, 70, Arrays.copyOfRange(uniform, i * size, (i + 1) * size));
                assertArrayEquals(
                        Arrays.copyOfRange(images, i * 72, (i + 1) * 72),
                        clip.encodePixels(picture).toArray(),
                        1e-4f);
            }
            float[] texts = floats(golden, "text_embeds");
            int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
            int compared = 0;
            for (int i = 0; i < 5; i++) {
                int[] text = Arrays.copyOfRange(ids, i * 64, (i + 1) * 64);
                if (IntStream.of(text).allMatch(id -> id < PIECES)) {
                    assertArrayEquals(
                            Arrays.copyOfRange(texts, i * 72, (i + 1) * 72),
                            clip.encodeTokens(List.of(TokenSequence.of(text, false)))
                                    .getFirst()
                                    .toArray(),
                            1e-4f);
                    compared++;
                }
            }
            assertTrue(compared >= 3, compared + " texts");
        }
    }

    static float[] floats(SafetensorsFile file, String name) {
        return file.data(file.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    @Test
    void refusesAnotherCleaningThanItsTokenizers() {
        ConversionOptions options = ConversionOptions.NONE.with(TextCleaning.ORIGINAL);
        ConversionOptionException e = assertThrows(
                ConversionOptionException.class,
                () -> CheckpointConverter.convert(
                        folder(),
                        temporary.resolve("model.safetensors"),
                        WeightType.F32,
                        options,
                        ConversionListener.SILENT));
        assertTrue(
                String.valueOf(e.getMessage())
                        .endsWith("expected its own text-cleaning, none, found the option original; leave that out"),
                e.getMessage());
    }

    @Test
    void saysWhatItIs() throws IOException {
        ModelInfo info = ModelFile.info(convert(folder()));
        assertEquals("siglip", info.family());
        assertEquals("This is a photo of {}.", info.template());
        assertEquals("siglip", info.metadata().get("clip.tokenizer.rules"));
        assertEquals("sigmoid", info.metadata().get("clip.scoring"));
        assertEquals("1", info.metadata().get("clip.text.padding_token"));
        assertEquals("exact:70x70", info.metadata().get("clip.image.resize"));
        assertEquals("none", info.metadata().get("clip.image.crop"));
        assertEquals("bicubic", info.metadata().get("clip.image.resample"));
        assertEquals("0.5,0.5,0.5", info.metadata().get("clip.image.mean"));
        // but for the rows that no token leads to
        assertEquals(320_634 - 3 * 48, info.parameters());
        assertEquals(
                List.of("config.json", "model.safetensors", "preprocessor_config.json", "spiece.model"),
                List.copyOf(info.sources().keySet()));
    }

    @Test
    void tokenizesAsSiglip() throws IOException {
        try (Clip clip = open(convert(folder()))) {
            TokenSequence sequence = clip.tokenizer().encode("A photo, of a_cat!");
            assertEquals("a photo of acat", clip.tokenizer().decode(sequence));
            assertEquals(1, sequence.id(sequence.length() - 1));
        }
    }

    @Test
    void takesGemmasPiecesInLowerCaseForSiglip2() throws IOException {
        Path folder = SyntheticFolder.of(TINY)
                .config(TINY.configJson().replace("\"vocab_size\": 1003", "\"vocab_size\": 1500"))
                .with("text_model.embeddings.token_embedding.weight", List.of(1500, 48), new float[1500 * 48])
                .write(temporary.resolve("siglip2"));
        TokenizerFiles.write("gemma.tokenizer.json", folder.resolve("tokenizer.json"));
        try (Clip clip = open(convert(folder))) {
            TokenSequence sequence = clip.tokenizer().encode("A PHOTO of a cat.");
            assertEquals("a photo of a cat.", clip.tokenizer().decode(sequence));
            assertEquals(1, sequence.id(sequence.length() - 1));
            assertEquals("0", clip.info().metadata().get("clip.text.padding_token"));
        }
    }

    @Test
    void padsWithWhatTheTokenizersConfigSays() throws IOException {
        Path folder = folder();
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": {\"content\": \"<pad>\"}}");
        assertEquals("0", ModelFile.info(convert(folder)).metadata().get("clip.text.padding_token"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"vision_config\": {|\"vision_config\": {\"vision_use_head\": false, |"
                        + "config.json: vision_config: vision_use_head: expected true: without its head the tower has no embeddings, found false",
                "\"projection_size\": 72|\"projection_size\": 73|"
                        + "config.json: text_config: projection_size: expected the image tower's hidden_size, 72, found 73",
                "\"hidden_size\": 48|\"hidden_act\": \"relu\", \"hidden_size\": 48|"
                        + "config.json: text_config: hidden_act: expected \"gelu_pytorch_tanh\", \"gelu\" or \"quick_gelu\", found \"relu\"",
                "\"vocab_size\": 1003|\"vocab_size\": 999|"
                        + ": expected a vocabulary of 999 tokens as the model's vocab_size says, found 1000; put the model's own there"
            })
    void refusesWhatItCannotRun(String part, String other, String message) throws IOException {
        Path folder = folder();
        Files.writeString(folder.resolve("config.json"), TINY.configJson().replace(part, other));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        String where = message.startsWith(":") ? folder + message : folder.resolve("") + "/" + message;
        assertEquals(where.replace("//", "/"), e.getMessage());
    }

    @Test
    void refusesPatchesThatNoPictureHas() throws IOException {
        Path folder = folder();
        Files.delete(folder.resolve("preprocessor_config.json"));
        String config = TINY.configJson()
                .replace("\"model_type\": \"siglip\"", "\"model_type\": \"siglip2\"")
                .replaceAll("\"image_size\": \\d+", "\"num_patches\": 16")
                .replaceAll("\"patch_size\": \\d+", "\"patch_size\": 1024");
        Files.writeString(folder.resolve("config.json"), config);
        assertEquals(
                folder.resolve("config.json")
                        + ": expected patches of 1 to 178956970 pixels together, found 256 of 1024x1024",
                assertThrows(ModelFormatException.class, () -> convert(folder)).getMessage());
    }

    @Test
    void asksForTheTokenizer() throws IOException {
        Path folder = SyntheticFolder.of(TINY).write(temporary.resolve("bare"));
        assertEquals(
                folder
                        + ": expected SigLIP's tokenizer, spiece.model or a tokenizer.json of such pieces, found none; put it"
                        + " into the folder",
                assertThrows(ModelFormatException.class, () -> convert(folder)).getMessage());
    }
}
