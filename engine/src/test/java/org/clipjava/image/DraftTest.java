package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pictures that are decoded smaller, for what a preprocessor resizes them to. */
@Timeout(60)
class DraftTest {
    private static final ImageDecoder WHOLE = ImageDecoder.standard();
    private static final ImageDecoder DRAFTING = WHOLE.drafting();
    private static final Path PHOTO = TestData.committed().path("images/coffee_q75_420.jpg");

    /** @param picture its size and the SHA-256 of its bytes */
    private record Golden(Path file, int width, int height, String picture) {
        static List<Golden> all() {
            return TestData.committed()
                    .text("golden/drafts.tsv")
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .map(f -> new Golden(
                            TestData.committed().path(f[0]),
                            Integer.parseInt(f[1]),
                            Integer.parseInt(f[2]),
                            f[3] + " " + f[4]))
                    .toList();
        }
    }

    private static ImagePreprocessor resizing(Resize resize) {
        return new ImagePreprocessor(
                PreprocessorConfig.clip(1).withResize(resize).withCrop(Optional.empty()));
    }

    private static RgbImage decoded(ImageDecoder decoder, Path file, ImagePreprocessor preprocessor)
            throws IOException {
        try (EncodedImage encoded = EncodedImage.open(file)) {
            return decoder.decodeFor(encoded, preprocessor);
        }
    }

    private static String summary(RgbImage image) {
        return image.width() + "x" + image.height() + " " + Goldens.sha256(image.rgb());
    }

    @Test
    void isWhatPillowDraftsAndTurns() throws IOException {
        int turned = 0;
        for (Golden golden : Golden.all()) {
            ImagePreprocessor exact = resizing(new Resize.Exact(golden.height, golden.width));
            assertEquals(golden.picture, summary(decoded(DRAFTING, golden.file, exact)), golden::toString);
            if (golden.width == golden.height) {
                ImagePreprocessor edge = resizing(new Resize.ShortestEdge(golden.width));
                assertEquals(golden.picture, summary(decoded(DRAFTING, golden.file, edge)), golden::toString);
            } else {
                turned++;
            }
        }
        assertEquals(10, turned);
    }

    @Test
    void preprocessesThePictureThatItDrafts() throws IOException {
        ImagePreprocessor preprocessor = new ImagePreprocessor(PreprocessorConfig.clip(64));
        float[] whole = WHOLE.decodePixels(PHOTO, preprocessor, Runnable::run).values();
        float[] drafted =
                DRAFTING.decodePixels(PHOTO, preprocessor, Runnable::run).values();
        RgbImage picture = decoded(DRAFTING, PHOTO, preprocessor);
        assertEquals(150, picture.width());
        assertArrayEquals(preprocessor.preprocess(picture).values(), drafted);
        assertFalse(Arrays.equals(whole, drafted));
    }

    @Test
    void waitsForAPreprocessorThatIsStillToCome() throws Exception {
        ImagePreprocessor preprocessor = new ImagePreprocessor(PreprocessorConfig.clip(64));
        float[] expected =
                DRAFTING.decodePixels(PHOTO, preprocessor, Runnable::run).values();
        CompletableFuture<ImagePreprocessor> later = new CompletableFuture<>();
        try (ExecutorService other = Executors.newSingleThreadExecutor();
                EncodedImage encoded = EncodedImage.open(PHOTO)) {
            Future<PixelTensor> pixels = other.submit(() -> DRAFTING.decodePixels(encoded, later, Runnable::run));
            later.complete(preprocessor);
            assertArrayEquals(expected, pixels.get().values());
        }
    }

    @Test
    void tellsTheSizeOfTheWholePictureUpright() throws IOException {
        for (String name : List.of("images/coffee_q75_420.jpg", "images/coffee_exif6.jpg")) {
            Path file = TestData.committed().path(name);
            RgbImage whole = WHOLE.decode(file);
            try (EncodedImage encoded = EncodedImage.open(file)) {
                assertEquals(
                        Optional.of(new EncodedImage.Size(whole.width(), whole.height())), encoded.sizeBeforeDraft());
            }
        }
        try (EncodedImage png = EncodedImage.open(TestData.committed().path("images/coffee.png"))) {
            assertEquals(Optional.empty(), png.sizeBeforeDraft());
        }
    }

    @Test
    void leavesWhatItCanNotDraftAsItIs() throws IOException {
        ImagePreprocessor small = new ImagePreprocessor(PreprocessorConfig.clip(16));
        for (String name : List.of("images/coffee.png", "decoding/rgba.png")) {
            Path file = TestData.committed().path(name);
            assertEquals(WHOLE.decode(file), decoded(DRAFTING, file, small), name);
        }
        RgbImage whole = WHOLE.decode(PHOTO);
        assertEquals(whole, DRAFTING.decode(PHOTO));
        assertEquals(whole, decoded(DRAFTING, PHOTO, resizing(new Resize.None())));
        assertNotEquals(whole, decoded(DRAFTING, PHOTO, small));
    }

    @Test
    void refusesACutOffFileAsItDoesWhole() throws IOException {
        byte[] file = TestData.committed().bytes("images/coffee_q75_420.jpg");
        byte[] cut = Arrays.copyOf(file, file.length / 2);
        ImagePreprocessor small = new ImagePreprocessor(PreprocessorConfig.clip(16));
        String expected = failure(WHOLE, cut, small);
        assertEquals("cut.jpg", expected.substring(0, 7));
        assertEquals(expected, failure(DRAFTING, cut, small));
    }

    private static String failure(ImageDecoder decoder, byte[] file, ImagePreprocessor preprocessor) {
        return String.valueOf(assertThrows(
                        ImageFormatException.class,
                        () -> decoder.decodePixels(file, "cut.jpg", preprocessor, Runnable::run))
                .getMessage());
    }
}
