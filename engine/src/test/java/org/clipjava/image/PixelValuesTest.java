package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.clipjava.image.PreprocessorConfig.CentreCrop;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds pixels, or says how they are made, is valid or does not come to be. */
class PixelValuesTest {
    private static final List<Float> THREE = List.of(0.5f, 0.5f, 0.5f);

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 0, 0", "-1, -1, 3", "1, 1, 2", "2, 1, 3", "65536, 65536, 0"})
    void aPictureHasAsManyValuesAsItsSizeSays(int width, int height, int values) {
        assertThrows(IllegalArgumentException.class, () -> RgbImage.of(width, height, new byte[values]));
        assertThrows(IllegalArgumentException.class, () -> PixelTensor.of(height, width, new float[values]));
    }

    @Test
    void picturesAreEqualByTheirPixels() {
        RgbImage picture = RgbImage.of(2, 1, new byte[6]);
        assertEquals(picture, RgbImage.of(2, 1, new byte[6]));
        assertEquals(picture.hashCode(), RgbImage.of(2, 1, new byte[6]).hashCode());
        assertNotEquals(picture, RgbImage.of(1, 2, new byte[6]));
        assertNotEquals(picture, RgbImage.of(2, 1, new byte[] {0, 0, 0, 0, 0, 1}));
        assertNotEquals(picture, RgbImage.of(2, 2, new byte[12]));
        assertNotEquals(picture, new Object());
        assertEquals("RgbImage[2x1]", picture.toString());
    }

    @Test
    void meansAndDeviationsAreThreeFiniteNumbersAndDeviationsAboveZero() {
        assertEquals(3, config(THREE, THREE).std().size());
        for (List<Float> bad : List.of(
                List.of(0.5f, 0.5f),
                List.of(0.5f, Float.NaN, 0.5f),
                List.of(0.5f, 0.5f, Float.POSITIVE_INFINITY),
                List.of(0.5f, 0.5f, 0.5f, 0.5f))) {
            assertThrows(IllegalArgumentException.class, () -> config(bad, THREE));
            assertThrows(IllegalArgumentException.class, () -> config(THREE, bad));
        }
        assertThrows(IllegalArgumentException.class, () -> config(THREE, List.of(0.5f, 0f, 0.5f)));
        assertThrows(IllegalArgumentException.class, () -> config(THREE, List.of(-0.5f, 0.5f, 0.5f)));
    }

    private static PreprocessorConfig config(List<Float> mean, List<Float> std) {
        return PreprocessorConfig.of(new Resize.None(), Optional.empty(), Resampling.BICUBIC, mean, std);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, -1", "65536, 65536", "1, 178956971"})
    void aSizeIsOfOneToTheMostPixelsThatAreDecoded(int height, int width) {
        assertThrows(IllegalArgumentException.class, () -> new CentreCrop(height, width));
        assertThrows(IllegalArgumentException.class, () -> new Resize.Exact(height, width));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 2, 2", "0, -1, 2, 2", "3, 0, 2, 2", "0, 3, 2, 2"})
    void aWindowLiesInsideWhatIsResized(int top, int left, int height, int width) {
        RgbImage picture = RgbImage.of(4, 4, new byte[48]);
        Resampler.Window window = new Resampler.Window(top, left, height, width);
        assertThrows(
                IllegalArgumentException.class, () -> new Resampler(Resampling.BICUBIC).resize(picture, 4, 4, window));
    }
}
