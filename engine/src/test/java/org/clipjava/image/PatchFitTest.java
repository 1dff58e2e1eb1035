package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.image.codec.jpeg.Reduction;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pictures in whole patches, of sizes and with values as Hugging Face's own processor of SigLIP 2 makes them over Pillow. */
class PatchFitTest {
    private static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

    /** A line of the golden. */
    private record Golden(
            String picture, int height, int width, int side, int most, int rows, int columns, String sha256) {
        static Stream<Golden> all() {
            return TestData.committed()
                    .text("golden/naflex-pixels.tsv")
                    .lines()
                    .skip(1)
                    .map(Golden::of);
        }

        private static Golden of(String line) {
            String[] cells = line.split("\t", -1);
            int[] numbers = Stream.of(cells)
                    .skip(1)
                    .limit(6)
                    .mapToInt(Integer::parseInt)
                    .toArray();
            return new Golden(
                    cells[0], numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], cells[7]);
        }

        ImagePreprocessor preprocessor() {
            return PatchFitTest.preprocessor(side, most);
        }

        RgbImage image() throws IOException {
            return picture.startsWith("naflex.")
                    ? Goldens.noise(picture, width, height)
                    : ImageDecoder.standard().decode(TestData.committed().path("images/" + picture));
        }
    }

    private static ImagePreprocessor preprocessor(int side, int most) {
        return new ImagePreprocessor(PreprocessorConfig.of(
                new Resize.Patches(side, most), Optional.empty(), Resampling.BILINEAR, HALF, HALF));
    }

    @TestFactory
    Stream<DynamicTest> makesTheReferencesValues() {
        return Golden.all()
                .filter(golden -> !golden.picture.equals("size"))
                .map(golden -> DynamicTest.dynamicTest(golden.toString(), () -> {
                    PixelTensor pixels = golden.preprocessor().preprocess(golden.image());
                    assertEquals(golden.rows * golden.side, pixels.height());
                    assertEquals(golden.columns * golden.side, pixels.width());
                    assertEquals(golden.sha256, Goldens.sha256(patches(pixels, golden.side)));
                }));
    }

    /** Patch by patch, each row, column, channel. */
    private static byte[] patches(PixelTensor pixels, int side) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * pixels.values().length).order(ByteOrder.LITTLE_ENDIAN);
        for (int patch = 0; patch < pixels.height() * pixels.width() / side / side; patch++) {
            int top = patch / (pixels.width() / side) * side;
            int left = patch % (pixels.width() / side) * side;
            for (int i = 0; i < side * side; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    int row = channel * pixels.height() + top + i / side;
                    bytes.putFloat(pixels.values()[row * pixels.width() + left + i % side]);
                }
            }
        }
        return bytes.array();
    }

    @Test
    void findsTheReferencesSizes() {
        List<Golden> sizes =
                Golden.all().filter(golden -> golden.picture.equals("size")).toList();
        assertTrue(sizes.size() > 300);
        for (Golden golden : sizes) {
            ImagePreprocessor.Geometry geometry = golden.preprocessor().geometry(golden.height, golden.width);
            long rows = (long) golden.rows * golden.side;
            long columns = (long) golden.columns * golden.side;
            assertEquals(
                    new ImagePreprocessor.Geometry(rows, columns, 0, 0, rows, columns), geometry, golden.toString());
        }
    }

    /** 4000 x 2667 for 304 x 208 pixels: a quarter of each side would do for both, an eighth would. */
    @Test
    void isDraftedForTheSizeThatAPictureGets() throws IOException {
        ImagePreprocessor preprocessor = preprocessor(16, 256);
        ImageDecoder drafting = ImageDecoder.standard().drafting();
        try (EncodedImage encoded = EncodedImage.open(TestData.committed().path("images/coffee_4000x2667.jpg"))) {
            RgbImage draft = drafting.decodeFor(encoded, preprocessor);
            assertEquals(Reduction.EIGHTH.of(4000), draft.width());
            assertEquals(Reduction.EIGHTH.of(2667), draft.height());
            PixelTensor pixels =
                    drafting.decodePixels(encoded, CompletableFuture.completedFuture(preprocessor), Runnable::run);
            assertEquals(19 * 16, pixels.width());
            assertEquals(13 * 16, pixels.height());
        }
    }

    @Test
    void refusesPatchesOfWhichThereCanBeNone() {
        assertThrows(IllegalArgumentException.class, () -> new Resize.Patches(0, 256));
        assertThrows(IllegalArgumentException.class, () -> new Resize.Patches(16, 0));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new Resize.Patches(16, 1 << 20));
        assertEquals("expected patches of 1 to 178956970 pixels together, found 1048576 of 16x16", e.getMessage());
    }
}
