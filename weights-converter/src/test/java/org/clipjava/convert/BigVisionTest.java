package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.Activation;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.WeightType;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.Resampling;
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

/** SigLIP's weights as big_vision publishes them: from NumPy's arrays to the embeddings of Hugging Face's model. */
class BigVisionTest {
    private static final int WIDTH = 24;
    private static final int IMAGE = 14;
    private static final int CONTEXT = 12;
    private static final ConversionOptions SIZED = ConversionOptions.NONE.withImageSize(IMAGE);

    @TempDir
    Path temporary;

    /** The weights, with their tokenizer beside them. */
    private Path weights(String kind) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(kind));
        Path file = Files.copy(TestData.committed().path("numpy/" + kind + ".npz"), folder.resolve(kind + ".npz"));
        if (kind.equals("siglip")) {
            TokenizerFiles.write("t5.model", folder.resolve("spiece.model"));
        } else {
            TokenizerFiles.write("gemma.tokenizer.json", folder.resolve("tokenizer.json"));
        }
        return file;
    }

    private Path convert(Path weights, ConversionOptions options) throws IOException {
        Path model = temporary.resolve("model.safetensors");
        CheckpointConverter.convert(weights, model, WeightType.F32, options, ConversionListener.SILENT);
        return model;
    }

    private ModelInfo info(Path weights, ConversionOptions options) throws IOException {
        return ModelFile.info(convert(weights, options));
    }

    /** The same weights with another name for each array, or without it. */
    private Path changed(Path weights, Predicate<String> kept, String part, String other) throws IOException {
        return changed(weights, kept, (name, bytes) -> bytes, part, other);
    }

    private Path changed(
            Path weights, Predicate<String> kept, BiFunction<String, byte[], byte[]> array, String part, String other)
            throws IOException {
        Path file = weights.resolveSibling("changed.npz");
        try (InputStream in = Files.newInputStream(weights);
                ZipInputStream zip = new ZipInputStream(in);
                OutputStream out = Files.newOutputStream(file);
                ZipOutputStream copy = new ZipOutputStream(out)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] bytes = array.apply(entry.getName(), zip.readAllBytes());
                if (kept.test(entry.getName())) {
                    ZipEntry stored = new ZipEntry(entry.getName().replace(part, other));
                    stored.setMethod(ZipEntry.STORED);
                    stored.setSize(bytes.length);
                    CRC32 crc = new CRC32();
                    crc.update(bytes);
                    stored.setCrc(crc.getValue());
                    copy.putNextEntry(stored);
                    copy.write(bytes);
                }
            }
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"siglip, 1e-5", "siglip2, 1e-5"})
    void givesTheEmbeddingsOfHuggingFacesModel(String kind, float tolerance) throws IOException {
        Path model = convert(weights(kind), SIZED);
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withKernels(KernelChoice.SCALAR));
                SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/siglip-big-vision.safetensors"))) {
            int size = 3 * IMAGE * IMAGE;
            float[] pixels = SyntheticCheckpoint.uniform("big_vision." + kind + ".pixel_values", 2 * size);
            for (int i = 0; i < 2; i++) {
                PixelTensor picture =
                        PixelTensor.of(IMAGE, IMAGE, Arrays.copyOfRange(pixels, i * size, (i + 1) * size));
                assertArrayEquals(
                        row(golden, "image_embeds." + kind, i),
                        clip.encodePixels(picture).toArray(),
                        tolerance);
            }
            int[] ids = golden.data(golden.tensor("input_ids." + kind).orElseThrow())
                    .toArray(ValueLayout.JAVA_INT_UNALIGNED);
            for (int i = 0; i < 3; i++) {
                TokenSequence text = TokenSequence.of(Arrays.copyOfRange(ids, i * CONTEXT, (i + 1) * CONTEXT), false);
                assertArrayEquals(
                        row(golden, "text_embeds." + kind, i),
                        clip.encodeTokens(List.of(text)).getFirst().toArray(),
                        tolerance);
            }
            assertEquals(Math.exp(kind.equals("siglip") ? 4.7f : 4.6875f), clip.logitScale(), 1e-3);
            assertEquals(kind.equals("siglip") ? -12.9f : -12.875f, clip.logitBias());
        }
    }

    @Test
    void givesTheEmbeddingsOfHuggingFacesModelForPicturesOfAnyShape() throws IOException {
        int[][] grids = {{1, 1}, {6, 6}, {1, 40}, {5, 12}, {11, 2}, {3, 7}};
        Path model = convert(weights("naflex"), ConversionOptions.NONE);
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withKernels(KernelChoice.SCALAR));
                SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/siglip-big-vision.safetensors"))) {
            for (int i = 0; i < grids.length; i++) {
                int height = grids[i][0] * 4;
                int width = grids[i][1] * 4;
                String name = "golden.naflex.pixel_values " + grids[i][0] + "x" + grids[i][1];
                PixelTensor picture =
                        PixelTensor.of(height, width, SyntheticCheckpoint.uniform(name, 3 * height * width));
                assertArrayEquals(
                        row(golden, "image_embeds.naflex", i),
                        clip.encodePixels(picture).toArray(),
                        1e-5f,
                        name);
            }
            int[] ids = golden.data(golden.tensor("input_ids.naflex").orElseThrow())
                    .toArray(ValueLayout.JAVA_INT_UNALIGNED);
            assertArrayEquals(
                    row(golden, "text_embeds.naflex", 0),
                    clip.encodeTokens(List.of(TokenSequence.of(Arrays.copyOf(ids, CONTEXT), false)))
                            .getFirst()
                            .toArray(),
                    1e-5f);
        }
    }

    private static float[] row(SafetensorsFile golden, String name, int row) {
        float[] all = golden.data(golden.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        return Arrays.copyOfRange(all, row * WIDTH, (row + 1) * WIDTH);
    }

    @Test
    void saysWhatItIs() throws IOException {
        ModelInfo info = info(weights("siglip"), SIZED);
        Map<String, String> metadata = info.metadata();
        assertEquals("siglip", info.family());
        assertEquals("sigmoid", metadata.get("clip.scoring"));
        assertEquals("2", metadata.get("clip.vision.heads"));
        assertEquals("attention:2:40", metadata.get("clip.vision.pool"));
        assertEquals("gelu_pytorch_tanh", metadata.get("clip.text.activation"));
        assertEquals("1.0E-6", metadata.get("clip.text.layer_norm_eps"));
        assertEquals("lower_ascii", metadata.get("clip.tokenizer.cleaning"));
        assertEquals("sentencepiece", metadata.get("clip.tokenizer.rules"));
        assertEquals("1", metadata.get("clip.text.padding_token"));
        assertEquals("exact:14x14", metadata.get("clip.image.resize"));
        assertEquals("bicubic", metadata.get("clip.image.resample"));
        assertEquals("0.5,0.5,0.5", metadata.get("clip.image.std"));
        assertEquals(
                List.of("siglip.npz", "spiece.model"),
                List.copyOf(info.sources().keySet()));
    }

    @Test
    void saysWhatItIsOfSiglip2() throws IOException {
        Map<String, String> metadata = info(weights("siglip2"), SIZED).metadata();
        assertEquals("bpe", metadata.get("clip.tokenizer.algorithm"));
        assertEquals("0", metadata.get("clip.text.padding_token"));
        assertEquals("bilinear", metadata.get("clip.image.resample"));
    }

    @Test
    void saysWhatItIsForPicturesOfAnyShape() throws IOException {
        Path weights = weights("naflex");
        Map<String, String> metadata = info(weights, ConversionOptions.NONE).metadata();
        assertEquals("true", metadata.get("clip.vision.any_shape"));
        assertFalse(metadata.containsKey("clip.vision.position_filter"));
        assertEquals("24", metadata.get("clip.vision.image_size"));
        assertEquals("4", metadata.get("clip.vision.patch_size"));
        assertEquals("lower_ascii", metadata.get("clip.tokenizer.cleaning"));
        assertEquals("patches:4:256", metadata.get("clip.image.resize"));
        assertEquals("bilinear", metadata.get("clip.image.resample"));
        assertEquals(
                "bicubic",
                info(weights, ConversionOptions.NONE.with(Resampling.BICUBIC))
                        .metadata()
                        .get("clip.image.resample"));
        assertThrows(
                ConversionOptionException.class,
                () -> convert(weights, ConversionOptions.NONE.withMean(ConversionOptions.CLIP_MEAN)));
        assertTrue(String.valueOf(assertThrows(ConversionOptionException.class, () -> convert(weights, SIZED))
                        .getMessage())
                .endsWith("expected its own image-size, 24, found the option 14; leave that out"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pos_embedding|(1, 36, 24)|864|expected [side, side, width], as for pictures of any shape, found F32 [1, 36, 24]",
                "pos_embedding|(36, 24)|864|expected [side, side, width], as for pictures of any shape, found F32 [36, 24]",
                "embedding/kernel|(4, 12, 24)|1152|expected [patch, patch, 3, width], or [patch * patch * 3, width] for pictures"
                        + " of any shape, found F32 [4, 12, 24]",
                "embedding/kernel|(47, 24)|1128|expected a column for each channel of each pixel of a square, found F32 [24, 47]"
            })
    void refusesOtherShapesOfArrays(String name, String shape, int elements, String message) throws IOException {
        Path weights = weights("naflex");
        String array = "params/img/" + name;
        Path other = changed(
                weights,
                entry -> true,
                (entry, bytes) ->
                        entry.equals(array + ".npy") ? NpyBytes.of("<f4", shape, new byte[4 * elements]) : bytes,
                "",
                "");
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(other, ConversionOptions.NONE));
        assertEquals(other + ": " + array + ": " + message, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"siglip", "siglip2"})
    void putsTheLettersOfAsciiIntoLowerCase(String kind) throws IOException {
        try (Clip clip = Clip.open(convert(weights(kind), SIZED))) {
            TokenSequence lower = clip.tokenizer().encode("a \u00c9t\u00c9.");
            assertEquals(lower, clip.tokenizer().encode("A \u00c9T\u00c9."));
            assertFalse(lower.equals(clip.tokenizer().encode("a \u00e9t\u00e9.")));
            assertEquals(1, lower.id(lower.length() - 1));
        }
    }

    @Test
    void takesItsTokenizerFromElsewhere() throws IOException {
        Path weights = weights("siglip");
        Path elsewhere = temporary.resolve("pieces.model");
        Path beside = convert(weights, SIZED);
        Map<String, String> metadata = ModelFile.info(beside).metadata();
        Files.move(weights.resolveSibling("spiece.model"), elsewhere);
        ModelInfo info = info(weights, SIZED.withTokenizer(elsewhere));
        assertEquals(metadata.get("clip.tokenizer.rules"), info.metadata().get("clip.tokenizer.rules"));
        assertEquals(
                List.of("pieces.model", "siglip.npz"),
                List.copyOf(info.sources().keySet()));
    }

    @Test
    void namesATokenizerThatIsNone() throws IOException {
        Path weights = weights("siglip");
        assertEquals(
                temporary + ": expected a file, found a folder",
                assertThrows(ModelFormatException.class, () -> convert(weights, SIZED.withTokenizer(temporary)))
                        .getMessage());
        Path missing = temporary.resolve("missing.model");
        assertThrows(NoSuchFileException.class, () -> convert(weights, SIZED.withTokenizer(missing)));
        Path clips = temporary.resolve("tokenizer.json");
        Files.writeString(clips, "{\"model\": {\"type\": \"WordPiece\"}}");
        assertEquals(
                clips + ": expected SigLIP's tokenizer, of pieces, found one of another kind",
                assertThrows(ModelFormatException.class, () -> convert(weights, SIZED.withTokenizer(clips)))
                        .getMessage());
    }

    @Test
    void asksForTheTokenizer() throws IOException {
        Path weights = weights("siglip");
        Files.delete(weights.resolveSibling("spiece.model"));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(weights, SIZED));
        assertTrue(
                String.valueOf(e.getMessage())
                        .endsWith("expected a tokenizer beside big_vision's weights, which have none, found none;"
                                + " put it there, or name it with --tokenizer"),
                e.getMessage());
    }

    @Test
    void refusesTheTokenizerOfAnotherModel() throws IOException {
        Path weights = weights("siglip2");
        Path other = TokenizerFiles.write("t5.model", temporary.resolve("spiece.model"));
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(weights, SIZED.withTokenizer(other)));
        assertEquals(
                other + ": expected a tokenizer of 1500 tokens, as the model has, found 1000; put it there, or name it"
                        + " with --tokenizer",
                e.getMessage());
    }

    @Test
    void asksForTheSizeOfPictures() throws IOException {
        Path weights = weights("siglip");
        ConversionOptionException e =
                assertThrows(ConversionOptionException.class, () -> convert(weights, ConversionOptions.NONE));
        assertEquals(List.of(Property.IMAGE_SIZE), e.missing());
        assertEquals(
                weights + ": expected image-size from 12 to 15 for 9 patches of 4, found 16",
                assertThrows(
                                ConversionOptionException.class,
                                () -> convert(weights, ConversionOptions.NONE.withImageSize(16)))
                        .getMessage());
    }

    @Test
    void takesAnotherFilterAndNothingElse() throws IOException {
        Path weights = weights("siglip");
        assertEquals(
                "bilinear",
                info(weights, SIZED.with(Resampling.BILINEAR)).metadata().get("clip.image.resample"));
        ConversionOptionException e = assertThrows(
                ConversionOptionException.class, () -> convert(weights, SIZED.with(Activation.QUICK_GELU)));
        assertTrue(String.valueOf(e.getMessage()).contains("expected its own activation, gelu_tanh"), e.getMessage());
    }

    @Test
    void readsTowersAlone() throws IOException {
        Path weights = weights("siglip");
        Path vision = changed(weights, name -> name.startsWith("params/img/"), "params/", "");
        ConversionOptionException e = assertThrows(ConversionOptionException.class, () -> convert(vision, SIZED));
        assertEquals(List.of(Property.RESAMPLE), e.missing());
        assertFalse(info(vision, SIZED.with(Resampling.BICUBIC)).config().hasText());
        Path text = changed(weights, name -> name.startsWith("params/txt/"), "params/", "");
        assertFalse(info(text, ConversionOptions.NONE).config().hasVision());
    }

    @Test
    void leavesOutWhatTrainingKeeps() throws IOException {
        Path weights = weights("siglip");
        Path unknown = changed(weights, name -> true, "opt/step", "params/step");
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(unknown, SIZED));
        assertTrue(String.valueOf(e.getMessage()).contains("params/step: expected no such tensor"), e.getMessage());
    }

    @Test
    void namesAnArrayThatIsMissing() throws IOException {
        Path weights = weights("siglip");
        String name = "params/img/MAPHead_0/MultiHeadDotProductAttention_0/key/kernel";
        Path without = changed(weights, array -> !array.startsWith(name), "", "");
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(without, SIZED));
        assertTrue(
                String.valueOf(e.getMessage()).contains(name + ": expected F32 [24, 24], found no such tensor"),
                e.getMessage());
    }

    @Test
    void namesTheFileOfAFolder() throws IOException {
        Path folder = weights("siglip").getParent();
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder, SIZED));
        assertEquals(
                folder + ": expected a CLIP checkpoint, found NumPy's arrays, siglip.npz; if big_vision published them,"
                        + " name that file",
                e.getMessage());
    }

    @Test
    void othersTellTheirSizeAndTokenizer() {
        Path folder = SyntheticFolder.of(SyntheticSiglip.TINY).write(temporary.resolve("folder"));
        Path pieces = TokenizerFiles.write("t5.model", folder.resolve("spiece.model"));
        assertEquals(
                folder + ": expected its own image-size, 70, found the option 71; leave that out",
                assertThrows(
                                ConversionOptionException.class,
                                () -> convert(folder, ConversionOptions.NONE.withImageSize(71)))
                        .getMessage());
        assertEquals(
                folder + ": expected no option tokenizer, as its own is in its folder, found " + pieces,
                assertThrows(
                                ConversionOptionException.class,
                                () -> convert(folder, ConversionOptions.NONE.withTokenizer(pieces)))
                        .getMessage());
    }
}
