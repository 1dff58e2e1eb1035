package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

abstract class ResamplerContract {
    private final HorizontalPass.Choice passes;

    ResamplerContract(HorizontalPass.Choice passes) {
        this.passes = passes;
    }

    @TestFactory
    Stream<DynamicTest> equalsPillowToTheLastBit() {
        Map<String, Map<String, String>> cases =
                Goldens.parse(TestData.committed().text("golden/resample.json"));
        return cases.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("resize."))
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Map<String, String> golden = entry.getValue();
                    RgbImage source = Goldens.noise(entry.getKey(), number(golden, "width"), number(golden, "height"));
                    Resampling filter =
                            Resampling.valueOf(golden.get("resample").toUpperCase(Locale.ROOT));
                    RgbImage resized =
                            resize(source, filter, number(golden, "new_width"), number(golden, "new_height"));
                    assertEquals(golden.get("sha256"), Goldens.sha256(resized.rgb()), golden::toString);
                }));
    }

    @Test
    void staysWithinOneLevelOfAPlainDoublePrecisionResize() {
        long seed = 11;
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            int width = 1 + random.nextInt(40);
            int height = 1 + random.nextInt(40);
            int newWidth = 1 + random.nextInt(40);
            int newHeight = 1 + random.nextInt(40);
            Resampling filter = i % 2 == 0 ? Resampling.BICUBIC : Resampling.BILINEAR;
            RgbImage source = Goldens.noise("plain" + i, width, height);
            RgbImage actual = resize(source, filter, newWidth, newHeight);
            RgbImage expected = plainResize(source, filter, newWidth, newHeight);
            int worst = 0;
            for (int k = 0; k < actual.rgb().length; k++) {
                worst = Math.max(worst, Math.abs((actual.rgb()[k] & 0xff) - (expected.rgb()[k] & 0xff)));
            }
            // The plain one rounds once, at the end. Here the first pass rounds too, by at most half a level a sample,
            // which a kernel makes less than one level, as its weights' absolute values add up to less than two; and
            // two numbers less than one apart round to the same level or to neighbours.
            assertTrue(
                    worst <= 1,
                    "seed " + seed + ", case " + i + ": " + filter + " " + source + " to " + actual + ": "
                            + Goldens.largestDifference(expected, actual));
        }
    }

    @Test
    void computesAnyWindowAsThePartOfTheWhole() {
        long seed = 5;
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            RgbImage source = Goldens.noise("window" + i, 1 + random.nextInt(90), 1 + random.nextInt(90));
            int newWidth = random.nextInt(4) == 0 ? source.width() : 1 + random.nextInt(90);
            int newHeight = random.nextInt(4) == 0 ? source.height() : 1 + random.nextInt(90);
            int left = random.nextInt(newWidth);
            int top = random.nextInt(newHeight);
            int width = 1 + random.nextInt(newWidth - left);
            int height = 1 + random.nextInt(newHeight - top);
            Resampler resampler = resampler(i % 2 == 0 ? Resampling.BICUBIC : Resampling.BILINEAR);
            RgbImage whole =
                    resampler.resize(source, newHeight, newWidth, new Resampler.Window(0, 0, newHeight, newWidth));
            RgbImage part =
                    resampler.resize(source, newHeight, newWidth, new Resampler.Window(top, left, height, width));
            for (int y = 0; y < height; y++) {
                int from = 3 * ((top + y) * newWidth + left);
                assertEquals(
                        -1,
                        Arrays.mismatch(
                                whole.rgb(), from, from + 3 * width, part.rgb(), 3 * y * width, 3 * (y + 1) * width),
                        "seed " + seed + ", case " + i + ", row " + y);
            }
        }
    }

    @Test
    void squashesAPictureOfManyColumnsWithoutKeepingAllTheirWeights() {
        // Four columns have 6,000,000 weights, more than are kept; one column has few enough.
        RgbImage source = Goldens.noise("wide", 1_500_000, 2);
        Resampler resampler = resampler(Resampling.BICUBIC);
        RgbImage whole = resampler.resize(source, 3, 4, new Resampler.Window(0, 0, 3, 4));
        for (int x = 0; x < 4; x++) {
            RgbImage column = resampler.resize(source, 3, 4, new Resampler.Window(0, x, 3, 1));
            for (int y = 0; y < 3; y++) {
                for (int c = 0; c < 3; c++) {
                    assertEquals(column.rgb()[3 * y + c], whole.rgb()[3 * (4 * y + x) + c]);
                }
            }
        }
    }

    @Test
    void rejectsAWindowOutsideTheOutput() {
        RgbImage source = Goldens.noise("outside", 5, 5);
        Resampler resampler = resampler(Resampling.BICUBIC);
        assertThrows(
                IllegalArgumentException.class, () -> resampler.resize(source, 7, 7, new Resampler.Window(3, 0, 5, 7)));
    }

    private static int number(Map<String, String> golden, String field) {
        return Integer.parseInt(golden.get(field));
    }

    private Resampler resampler(Resampling filter) {
        return new Resampler(filter, passes);
    }

    private RgbImage resize(RgbImage source, Resampling filter, int width, int height) {
        return resampler(filter).resize(source, height, width, new Resampler.Window(0, 0, height, width));
    }

    /** Straight from the definition: every source pixel weighed for every output pixel. */
    private static RgbImage plainResize(RgbImage source, Resampling filter, int width, int height) {
        double[] rows = new double[3 * width * source.height()];
        for (int y = 0; y < source.height(); y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    double sum = 0;
                    double weights = 0;
                    for (int i = 0; i < source.width(); i++) {
                        double weight = plainWeight(filter, i, source.width(), x, width);
                        sum += weight * (source.rgb()[3 * (y * source.width() + i) + c] & 0xff);
                        weights += weight;
                    }
                    rows[3 * (y * width + x) + c] = Math.clamp(sum / weights, 0, 255);
                }
            }
        }
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int k = 0; k < 3 * width; k++) {
                double sum = 0;
                double weights = 0;
                for (int i = 0; i < source.height(); i++) {
                    double weight = plainWeight(filter, i, source.height(), y, height);
                    sum += weight * rows[3 * width * i + k];
                    weights += weight;
                }
                rgb[3 * width * y + k] = (byte) Math.round(Math.clamp(sum / weights, 0, 255));
            }
        }
        return RgbImage.of(width, height, rgb);
    }

    private static double plainWeight(Resampling filter, int source, int sourceSize, int output, int outputSize) {
        if (sourceSize == outputSize) {
            return source == output ? 1 : 0;
        }
        double scale = (double) sourceSize / outputSize;
        double stretch = Math.max(1, scale);
        double x = Math.abs((source + 0.5 - (output + 0.5) * scale) / stretch);
        if (filter == Resampling.BILINEAR) {
            return Math.max(0, 1 - x);
        }
        // Keys' cubic convolution, a = -1/2.
        if (x < 1) {
            return 1.5 * x * x * x - 2.5 * x * x + 1;
        }
        return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
    }

    @Test
    void doesNotCareHowManyRowsComeTogether() {
        Random random = new Random(3);
        byte[] rgb = new byte[3 * 37 * 301];
        random.nextBytes(rgb);
        for (int height : new int[] {301, 64}) {
            Resampler resampler = resampler(Resampling.BICUBIC);
            Resampler.Window window = new Resampler.Window(9, 3, height - 20, 20);
            RgbImage expected = resampler.resize(RgbImage.of(37, 301, rgb), height, 30, window);
            for (int most : new int[] {1, 16, 95, 97, 200}) {
                Resampler.Resize resize = resampler.start(301, 37, height, 30, window);
                for (int y = 0; y < 301; y += most) {
                    resize.rows(rgb, 3 * 37 * y, Math.min(most, 301 - y));
                }
                assertEquals(expected, resize.result(), "bands of " + most);
            }
        }
    }

    @Test
    void givesNothingBeforeAllRowsHaveCome() {
        Resampler.Resize resize = resampler(Resampling.BICUBIC).start(10, 10, 5, 5, new Resampler.Window(0, 0, 5, 5));
        resize.rows(new byte[3 * 10 * 9], 0, 9);
        assertTrue(resize.needsMore());
        assertThrows(IllegalStateException.class, resize::result);
        resize.rows(new byte[3 * 10], 0, 1);
        assertFalse(resize.needsMore());
        assertEquals(5, resize.result().height());
    }
}
