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
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.PatchEmbeddings;
import org.clipjava.config.PatchMethod;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Locator;
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

/** Folders of SigLIP 2 for pictures of any shape as Hugging Face lays them out: from the files to the goldens' embeddings. */
class NaflexFolderTest {
    private static final SyntheticSiglip TINY = SyntheticSiglip.NAFLEX_TINY;

    @TempDir
    Path temporary;

    private Path folder() {
        return SiglipFolderTest.folder(TINY, temporary);
    }

    private static ModelInfo info(Path folder) throws IOException {
        try (Clip clip = SiglipFolderTest.converted(folder)) {
            return clip.info();
        }
    }

    @Test
    void givesTheGoldensEmbeddings() throws IOException {
        try (Clip clip = SiglipFolderTest.converted(folder());
                SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/naflex-tiny.safetensors"))) {
            float[] images = SiglipFolderTest.floats(golden, "image_embeds");
            int[][] grids = {{1, 1}, {8, 8}, {1, 40}, {40, 1}, {5, 12}, {3, 7}};
            for (int i = 0; i < grids.length; i++) {
                String name = "golden.naflex.pixel_values " + grids[i][0] + "x" + grids[i][1];
                int height = grids[i][0] * 8;
                int width = grids[i][1] * 8;
                PixelTensor picture =
                        PixelTensor.of(height, width, SyntheticCheckpoint.uniform(name, 3 * height * width));
                assertArrayEquals(
                        Arrays.copyOfRange(images, i * 72, (i + 1) * 72),
                        clip.encodePixels(picture).toArray(),
                        1e-4f,
                        name);
            }
            int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
            TokenSequence text = TokenSequence.of(Arrays.copyOfRange(ids, 0, 64), false);
            assertArrayEquals(
                    Arrays.copyOfRange(SiglipFolderTest.floats(golden, "text_embeds"), 0, 72),
                    clip.encodeTokens(List.of(text)).getFirst().toArray(),
                    1e-4f);
        }
    }

    @Test
    void saysWhatItIs() throws IOException {
        ModelInfo info = info(folder());
        assertEquals("siglip", info.family());
        assertEquals("sigmoid", info.metadata().get("clip.scoring"));
        assertEquals("true", info.metadata().get("clip.vision.any_shape"));
        assertEquals("64", info.metadata().get("clip.vision.image_size"));
        assertEquals("patches:8:64", info.metadata().get("clip.image.resize"));
        assertEquals("none", info.metadata().get("clip.image.crop"));
        assertEquals("bilinear", info.metadata().get("clip.image.resample"));
        assertEquals("0.5,0.5,0.5", info.metadata().get("clip.image.mean"));
    }

    @Test
    void preparesPicturesAsItsClassDoesWhereNothingIsSaid() throws IOException {
        Path folder = folder();
        Files.delete(folder.resolve("preprocessor_config.json"));
        ModelInfo silent = info(folder);
        assertEquals("patches:8:256", silent.metadata().get("clip.image.resize"));
        assertEquals("bilinear", silent.metadata().get("clip.image.resample"));
    }

    @Test
    void readsPicturesOfAnyShape() throws IOException {
        try (Clip clip = SiglipFolderTest.converted(folder())) {
            RgbImage wide = RgbImage.of(70, 9, new byte[3 * 70 * 9]);
            RgbImage tall = RgbImage.of(3, 500, new byte[3 * 3 * 500]);
            PixelTensor pixels = clip.preprocessor().preprocess(wide);
            assertEquals(3 * 8, pixels.height());
            assertEquals(21 * 8, pixels.width());
            List<Embedding> both = clip.encodeImages(List.of(wide, tall, wide));
            assertEquals(clip.encodeImage(wide), both.get(0));
            assertEquals(clip.encodeImage(tall), both.get(1));
            assertEquals(both.get(0), both.get(2));
        }
    }

    @Test
    void locatesThroughWindows() throws IOException {
        try (Clip clip = SiglipFolderTest.converted(folder())) {
            RgbImage picture = RgbImage.of(30, 20, new byte[3 * 30 * 20]);
            // a window of 8 patches, and a picture of 6 x 9
            PatchEmbeddings cells =
                    clip.encodePatches(picture, Locator.defaultOptions(clip).withShortSide(48));
            assertEquals(6, cells.rows());
            assertEquals(9, cells.columns());
            UnsupportedOperationException e = assertThrows(
                    UnsupportedOperationException.class,
                    () -> clip.encodePatches(PixelTensor.of(8, 8, new float[3 * 8 * 8]), PatchMethod.NACLIP));
            assertTrue(String.valueOf(e.getMessage()).contains("no embeddings of patches"), e.getMessage());
        }
    }

    @Test
    void takesATowerAlone() throws IOException {
        Path folder = SyntheticFolder.of(TINY)
                .config(
                        "{\"model_type\": \"siglip2_vision_model\", \"hidden_size\": 72, \"intermediate_size\": 200,"
                                + " \"num_hidden_layers\": 3, \"num_attention_heads\": 3, \"num_patches\": 64, \"patch_size\": 8}")
                .keeping("vision_model.")
                .write(temporary.resolve("vision"));
        ModelInfo info = info(folder);
        assertEquals("image", info.metadata().get("clip.towers"));
        assertTrue(info.config().vision().anyShape());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.json|\"num_patches\": 64|\"num_patches\": 65|"
                        + "vision_config: num_patches: expected those of a square, of at most 65,536, found 65",
                "config.json|\"num_patches\": 64|\"num_patches\": 4294836225|"
                        + "vision_config: num_patches: expected a whole number above zero, found 4294836225",
                "config.json|\"model_type\": \"siglip2\"|\"model_type\": \"siglip2\", \"description\": 5|"
                        + "description: expected a string, found 5",
                "preprocessor_config.json|\"patch_size\": 8|\"patch_size\": 16|"
                        + "patch_size: expected config.json's, 8, found 16",
                "preprocessor_config.json|\"max_num_patches\": 64|\"max_num_patches\": 99999999|"
                        + "expected patches of 1 to 178956970 pixels together, found 99999999 of 8x8",
                "preprocessor_config.json|\"do_resize\": true|\"do_resize\": false|"
                        + "do_resize: expected true, for pictures in whole patches, found false",
                "preprocessor_config.json|Siglip2ImageProcessor|SiglipImageProcessor|"
                        + "image_processor_type: expected SigLIP's (Siglip2ImageProcessor), found \"SiglipImageProcessor\"",
            })
    void refusesWhatItCannotRun(String file, String part, String other, String message) throws IOException {
        Path folder = folder();
        Path changed = folder.resolve(file);
        Files.writeString(changed, Files.readString(changed).replace(part, other));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> info(folder));
        assertEquals(changed + ": " + message, e.getMessage());
    }

    @Test
    void refusesPatchesOfAnotherLayout() throws IOException {
        Path folder = SyntheticFolder.of(TINY)
                .with("vision_model.embeddings.patch_embedding.weight", List.of(72, 3, 8, 8), new float[72 * 192])
                .write(temporary.resolve("convolution"));
        TokenizerFiles.write("t5.model", folder.resolve("spiece.model"));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> info(folder));
        assertEquals(
                folder.resolve("model.safetensors")
                        + ": vision_model.embeddings.patch_embedding.weight: expected F32 [72, 192], found F32 [72, 3, 8, 8];"
                        + " the config and the weights belong to different models",
                e.getMessage());
    }
}
