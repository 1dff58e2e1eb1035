package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.clipjava.config.PatchMethod;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.PatchStates;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patches through the public API, on the model {@code tiny}: pictures of 64 pixels, patches of 8. */
class PatchEmbeddingsTest {
    @TempDir
    private static Path folder;

    private static Clip clip;

    @BeforeAll
    static void open() throws IOException {
        Path tiny = folder.resolve("tiny.safetensors");
        SyntheticModelFile.of(SyntheticCheckpoint.TINY).write(tiny);
        clip = Clip.open(tiny, ClipOptions.defaults().withThreads(2));
    }

    @AfterAll
    static void close() {
        clip.close();
    }

    @Test
    void aGridCoversThePictureInItsProportions() {
        PatchEmbeddings patches = clip.encodePatches(picture(300, 100), PatchOptions.defaults());
        assertEquals(16, patches.rows());
        assertEquals(48, patches.columns());
        assertEquals(40, patches.dimension());
        assertEquals(16 * 48 * 40, patches.toArray().length);
        assertEquals(1, patches.at(15, 47).norm(), 1e-6);
        assertThrows(IndexOutOfBoundsException.class, () -> patches.at(16, 0));
    }

    @Test
    void aPictureOfTheModelsSizeIsPooledAsEver() {
        RgbImage picture = picture(64, 64);
        PatchEmbeddings patches =
                clip.encodePatches(picture, PatchOptions.defaults().withShortSide(64));
        assertEquals(8, patches.rows());
        assertEquals(clip.encodeImage(picture), patches.pooled());
    }

    @Test
    void cosinesAreThoseOfTheCells() {
        PatchEmbeddings patches = clip.encodePatches(picture(64, 128), PatchOptions.defaults());
        Embedding text = clip.encodeText("a photo of a cat");
        double[] cosines = patches.cosines(text);
        assertEquals(patches.rows() * patches.columns(), cosines.length);
        assertEquals(patches.at(5, 3).cosine(text), cosines[5 * patches.columns() + 3], 1e-6);
    }

    @Test
    void oneTileIsThePictureItself() {
        RgbImage picture = picture(64, 64);
        PatchOptions whole = PatchOptions.defaults().withShortSide(64).withMethod(PatchMethod.CLEARCLIP);
        float[] expected = clip.encodePatches(picture, whole).toArray();
        assertArrayEquals(
                expected, clip.encodePatches(picture, whole.withTiles(4)).toArray(), 1e-6f);
    }

    /** The right and the lower edge lie in tiles that begin where the others would leave a rest. */
    @Test
    void everyTileSaysWhatItShows() {
        RgbImage picture = picture(88, 104);
        PatchOptions options = PatchOptions.defaults()
                .withShortSide(88)
                .withMethod(PatchMethod.MASKCLIP)
                .withTiles(8);
        PatchEmbeddings tiled = clip.encodePatches(picture, options);
        assertEquals(13, tiled.rows());
        assertEquals(11, tiled.columns());

        RgbImage corner = cut(picture, 24, 40, 64, 64);
        PatchEmbeddings last = clip.encodePatches(
                corner, PatchOptions.defaults().withShortSide(64).withMethod(PatchMethod.MASKCLIP));
        // the corner's own three rows and columns are in no other tile
        for (int row = 5; row < 8; row++) {
            for (int column = 5; column < 8; column++) {
                assertArrayEquals(
                        last.at(row, column).toArray(),
                        tiled.at(5 + row, 3 + column).toArray(),
                        1e-6f);
            }
        }
    }

    /** The article counted each patch once too often and left out what did not fill a step. */
    @Test
    void windowsAreCountedAsOftenAsTheyAre() {
        RgbImage picture = picture(80, 64);
        PatchOptions options = PatchOptions.defaults().withShortSide(64).withWindows(2);
        PatchEmbeddings patches = clip.encodePatches(picture, options);
        assertEquals(8, patches.rows());
        assertEquals(10, patches.columns());
        Embedding left = clip.encodeImage(cut(picture, 0, 0, 64, 64)).normalized();
        Embedding right = clip.encodeImage(cut(picture, 16, 0, 64, 64)).normalized();
        assertEquals(1, patches.at(0, 0).dot(left), 1e-6);
        assertEquals(1, patches.at(7, 1).dot(left), 1e-6);
        assertEquals(1, patches.at(7, 9).dot(right), 1e-6);
        double both = left.dot(right);
        // two and a half columns from the first window's edge, three and a half from the other's
        double length = Math.sqrt(2.5 * 2.5 + 3.5 * 3.5 + 2 * 2.5 * 3.5 * both);
        assertEquals((2.5 + 3.5 * both) / length, patches.at(3, 5).dot(left), 1e-6);
        assertEquals(Math.sqrt((1 + both) / 2), patches.pooled().normalized().dot(left), 1e-6);
    }

    @Test
    void tilesOfAPictureThatIsNarrowerThanATileAreAsNarrow() {
        PatchEmbeddings patches = clip.encodePatches(
                picture(24, 120), PatchOptions.defaults().withShortSide(24).withTiles(3));
        assertEquals(15, patches.rows());
        assertEquals(3, patches.columns());
    }

    @Test
    void tellsWhatAPictureCostsBeforeItIsRead() {
        PatchOptions options = PatchOptions.defaults().withShortSide(64);
        assertEquals(new PatchReader.Cost(8, 16, 1), clip.patchReader(options).cost(50, 100));
        assertEquals(
                new PatchReader.Cost(8, 16, 5),
                clip.patchReader(options.withWindows(2)).cost(50, 100));
        assertEquals(
                new PatchReader.Cost(11, 8, 2),
                clip.patchReader(options.withTiles(4)).cost(88, 64));
    }

    @Test
    void partsAreEncodedByAnEncoderOfOnesOwn() {
        RgbImage picture = picture(128, 64);
        for (PatchOptions options : List.of(
                PatchOptions.defaults(),
                PatchOptions.defaults().withTiles(4),
                PatchOptions.defaults().withWindows(4))) {
            List<PixelTensor> parts = new ArrayList<>();
            PatchReader reader = clip.patchReader(options).through(own -> new ImageEncoder() {
                @Override
                public float[][] encode(List<PixelTensor> pictures) {
                    parts.addAll(pictures);
                    return own.encode(pictures);
                }

                @Override
                public List<PatchStates> encodePatches(List<PixelTensor> pictures, PatchMethod method) {
                    parts.addAll(pictures);
                    return own.encodePatches(pictures, method);
                }
            });
            PatchEmbeddings found = reader.read(reader.resize(picture));
            assertEquals(reader.cost(64, 128).passes(), parts.size());
            assertArrayEquals(clip.encodePatches(picture, options).toArray(), found.toArray());
        }
    }

    @Test
    void refusesAPictureOfTooManyCells() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> clip.encodePatches(picture(4, 4), PatchOptions.defaults().withShortSide(3000)));
        assertEquals("expected a grid of at most 131072 cells, found 375 x 375; take a shorter side", e.getMessage());
    }

    @Test
    void refusesStepsAndSidesOfNothing() {
        assertThrows(
                IllegalArgumentException.class, () -> PatchOptions.defaults().withTiles(0));
        assertThrows(
                IllegalArgumentException.class, () -> PatchOptions.defaults().withWindows(0));
        assertThrows(
                IllegalArgumentException.class, () -> PatchOptions.defaults().withShortSide(0));
    }

    @Test
    void needsTheImageTower() throws IOException {
        try (Clip texts = Clip.open(
                folder.resolve("tiny.safetensors"), ClipOptions.defaults().withTowers(Set.of(Tower.TEXT)))) {
            assertThrows(
                    IllegalStateException.class,
                    () -> texts.encodePatches(PixelTensor.of(8, 8, new float[192]), PatchMethod.NACLIP));
        }
    }

    /** Another backend's encoder has no patches until somebody writes them. */
    @Test
    void aBackendWithoutPatchesSaysSo() {
        ImageEncoder without = pictures -> new float[pictures.size()][1];
        UnsupportedOperationException e = assertThrows(
                UnsupportedOperationException.class, () -> without.encodePatches(List.of(), PatchMethod.NACLIP));
        assertEquals("this backend has no embeddings of patches; the backend cpu has", e.getMessage());
    }

    private static RgbImage picture(int width, int height) {
        float[] noise = SyntheticCheckpoint.uniform("picture", 3 * width * height);
        byte[] rgb = new byte[noise.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (127 * noise[i]);
        }
        return RgbImage.of(width, height, rgb);
    }

    private static RgbImage cut(RgbImage from, int left, int top, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            System.arraycopy(from.rgb(), 3 * ((top + y) * from.width() + left), rgb, 3 * y * width, 3 * width);
        }
        return RgbImage.of(width, height, rgb);
    }
}
