package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.clipjava.image.PreprocessorConfig.CentreCrop;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.image.codec.Orientation;
import org.clipjava.image.codec.PixelRows;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ImagePreprocessorTest {

    @TestFactory
    Stream<DynamicTest> cropsEveryPictureAsTheReference() {
        return TestData.all().stream()
                .flatMap(data -> Goldens.parse(data.text("golden/images.json")).entrySet().stream()
                        .filter(entry -> data.has("images/" + entry.getKey()))
                        .map(entry -> DynamicTest.dynamicTest(
                                data + " " + entry.getKey(), () -> checkCrop(data, entry.getKey(), entry.getValue()))));
    }

    private static void checkCrop(TestData data, String name, Map<String, String> golden) throws IOException {
        ImageDecoder decoder = ImageDecoder.standard();
        if (golden.containsKey("error")) {
            assertThrows(ImageFormatException.class, () -> decoder.decode(data.path("images/" + name)));
            return;
        }
        RgbImage image = decoder.decode(data.path("images/" + name));
        RgbImage crop = new ImagePreprocessor(PreprocessorConfig.clip(224)).crop(image);
        if (golden.containsKey("note")) {
            return;
        }
        RgbImage expected = decoder.decode(data.path("golden/crops/" + name + ".png"));
        assertEquals(
                golden.get("crop_sha256"),
                Goldens.sha256(crop.rgb()),
                () -> name + ": " + Goldens.largestDifference(expected, crop));
    }

    /** To each size and by each filter that SigLIP's models are published with. */
    @TestFactory
    Stream<DynamicTest> squashesEveryPictureAsTheReference() {
        Map<String, Map<String, String>> goldens =
                Goldens.parse(TestData.committed().text("golden/squash.json"));
        Map<String, Map<String, String>> crops =
                Goldens.parse(TestData.committed().text("golden/images.json"));
        // what is read otherwise than Pillow reads it, and what both refuse
        goldens.keySet()
                .removeIf(name -> crops.getOrDefault(name, Map.of()).keySet().stream()
                        .anyMatch(key -> key.equals("note") || key.equals("error")));
        assertTrue(goldens.size() > 20);
        return TestData.all().stream()
                .flatMap(data -> goldens.entrySet().stream()
                        .filter(entry -> data.has("images/" + entry.getKey()))
                        .map(entry -> DynamicTest.dynamicTest(
                                data + " " + entry.getKey(),
                                () -> checkSquash(data.path("images/" + entry.getKey()), entry.getValue()))));
    }

    private static void checkSquash(Path file, Map<String, String> golden) throws IOException {
        RgbImage image = ImageDecoder.standard().decode(file);
        assertEquals(6, golden.size());
        golden.forEach((how, sha256) -> {
            String[] sizeAndFilter = how.split(" ", -1);
            int side = Integer.parseInt(sizeAndFilter[0]);
            PreprocessorConfig squash = PreprocessorConfig.clip(side)
                    .withResize(new Resize.Exact(side, side))
                    .withCrop(Optional.empty())
                    .withResampling(Resampling.valueOf(sizeAndFilter[1].toUpperCase(Locale.ROOT)));
            RgbImage squashed = new ImagePreprocessor(squash).crop(image);
            assertEquals(sha256, Goldens.sha256(squashed.rgb()), file + ", " + how);
        });
    }

    @TestFactory
    Stream<DynamicTest> resizesAndCropsAsTheReference() {
        return Goldens.parse(TestData.committed().text("golden/resample.json")).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("crop."))
                .map(entry -> DynamicTest.dynamicTest(entry.getKey() + " " + entry.getValue(), () -> {
                    Map<String, String> golden = entry.getValue();
                    RgbImage crop = new ImagePreprocessor(config(golden))
                            .crop(Goldens.noise(
                                    entry.getKey(),
                                    Integer.parseInt(golden.get("width")),
                                    Integer.parseInt(golden.get("height"))));
                    assertEquals(Integer.parseInt(golden.get("new_width")), crop.width());
                    assertEquals(Integer.parseInt(golden.get("new_height")), crop.height());
                    assertEquals(golden.get("sha256"), Goldens.sha256(crop.rgb()));
                }));
    }

    /** The golden's notation is the model file's. */
    private static PreprocessorConfig config(Map<String, String> golden) {
        PreprocessorConfig clip = PreprocessorConfig.clip(32);
        // "exact" has an x of its own
        String[] resize = golden.get("resize").replace("exact", "squash").split("[:x]", -1);
        String[] crop = golden.get("crop").split("x", -1);
        return PreprocessorConfig.of(
                switch (resize[0]) {
                    case "shortest_edge" -> new Resize.ShortestEdge(Integer.parseInt(resize[1]));
                    case "squash" -> new Resize.Exact(Integer.parseInt(resize[1]), Integer.parseInt(resize[2]));
                    default -> new Resize.None();
                },
                crop.length == 1
                        ? Optional.empty()
                        : Optional.of(new CentreCrop(Integer.parseInt(crop[0]), Integer.parseInt(crop[1]))),
                Resampling.valueOf(golden.get("resample").toUpperCase(Locale.ROOT)),
                clip.mean(),
                clip.std());
    }

    @Test
    void normalisesEveryLevelAsTheReference() {
        byte[] rgb = new byte[3 * 256];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3);
        }
        PreprocessorConfig clip = PreprocessorConfig.clip(224);
        PreprocessorConfig config =
                PreprocessorConfig.of(new Resize.None(), Optional.empty(), clip.resampling(), clip.mean(), clip.std());
        PixelTensor pixels = new ImagePreprocessor(config).preprocess(RgbImage.of(256, 1, rgb));
        for (int channel = 0; channel < 3; channel++) {
            float mean = clip.mean().get(channel);
            float std = clip.std().get(channel);
            for (int level = 0; level < 256; level++) {
                // The reference rescales in double and rounds once; so does exact arithmetic.
                float rescaled = new BigDecimal(level)
                        .divide(new BigDecimal(255), MathContext.DECIMAL128)
                        .floatValue();
                assertEquals((float) (level * (1 / 255.0)), rescaled, 0f);
                assertEquals((rescaled - mean) / std, pixels.values()[256 * channel + level], 0f);
            }
        }
    }

    @Test
    void laysPixelsOutByChannelThenRow() {
        PreprocessorConfig plain = PreprocessorConfig.of(
                new Resize.None(),
                Optional.empty(),
                Resampling.BICUBIC,
                List.of(0f, 0f, 0f),
                List.of(1 / 255f, 1 / 255f, 1 / 255f));
        RgbImage image = RgbImage.of(2, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        PixelTensor pixels = new ImagePreprocessor(plain).preprocess(image);
        assertArrayEquals(new float[] {1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12}, pixels.values(), 1e-5f);
    }

    @Test
    void cropsAPictureOfExtremeAspectInLittleTimeAndMemory() {
        // Resized whole these would be 224 x 2,240,000 and 224 x 40,086,361,280 pixels.
        for (int length : new int[] {10_000, ImageDecoder.MAX_PIXELS}) {
            byte[] rgb = new byte[3 * length];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (i / 3 / 10);
            }
            ImagePreprocessor preprocessor = new ImagePreprocessor(PreprocessorConfig.clip(224));
            RgbImage wide = Assertions.assertTimeout(
                    Duration.ofSeconds(5), () -> preprocessor.crop(RgbImage.of(length, 1, rgb)));
            RgbImage tall = Assertions.assertTimeout(
                    Duration.ofSeconds(5), () -> preprocessor.crop(RgbImage.of(1, length, rgb)));
            PixelRows turned = Orientation.TRANSPOSE.apply(new PixelRows(tall.width(), tall.height(), tall.rgb()));
            assertEquals(wide, RgbImage.of(turned.width(), turned.height(), turned.rgb()));
        }
    }

    @Test
    void refusesToResizeAPictureToMoreThanItMayHold() {
        PreprocessorConfig clip = PreprocessorConfig.clip(224);
        ImagePreprocessor preprocessor = new ImagePreprocessor(
                PreprocessorConfig.of(clip.resize(), Optional.empty(), clip.resampling(), clip.mean(), clip.std()));
        RgbImage wide = RgbImage.of(10_000, 1, new byte[30_000]);
        assertThrows(IllegalArgumentException.class, () -> preprocessor.crop(wide));
    }
}
