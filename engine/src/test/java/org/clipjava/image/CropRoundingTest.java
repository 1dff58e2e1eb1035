package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.image.PreprocessorConfig.CentreCrop;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.io.Sha256;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CropRoundingTest {
    private static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

    @Test
    void cropsOddSizesAsTorchvisionDoes() throws IOException {
        List<String> lines = Files.readAllLines(TestData.committed().path("golden/torchvision_crops.txt"));
        assertEquals(48, lines.size());
        for (String line : lines) {
            String[] golden = line.split(" ", -1);
            int width = Integer.parseInt(golden[0]);
            int height = Integer.parseInt(golden[1]);
            int side = Integer.parseInt(golden[3]);
            ImagePreprocessor preprocessor = new ImagePreprocessor(PreprocessorConfig.of(
                            new Resize.ShortestEdge(side),
                            Optional.of(new CentreCrop(side, side)),
                            Resampling.valueOf(golden[2].toUpperCase(Locale.ROOT)),
                            HALF,
                            HALF)
                    .withCropRounding(CropRounding.HALF_EVEN));
            ImagePreprocessor.Geometry geometry = preprocessor.geometry(height, width);
            assertEquals(golden[4] + " " + golden[5], geometry.left() + " " + geometry.top(), line);
            assertEquals(
                    golden[6],
                    Sha256.of(preprocessor.crop(picture(width, height)).rgb()),
                    line);
        }
    }

    private static RgbImage picture(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                rgb[at] = (byte) (7 * x + 13 * y);
                rgb[at + 1] = (byte) (x * x + y);
                rgb[at + 2] = (byte) (5 * y * y + 3 * x);
            }
        }
        return RgbImage.of(width, height, rgb);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOOR, 33, 0", "FLOOR, 35, 1", "FLOOR, 36, 2", "FLOOR, 31, -1", "FLOOR, 29, -2",
        "HALF_EVEN, 33, 0", "HALF_EVEN, 35, 2", "HALF_EVEN, 36, 2", "HALF_EVEN, 37, 2", "HALF_EVEN, 31, 0",
        "HALF_EVEN, 29, -1"
    })
    void beginsAtAWholePixel(CropRounding rounding, int size, int start) {
        assertEquals(start, rounding.start(size, 32));
    }

    @Test
    void outlivesOtherChanges() {
        PreprocessorConfig config = PreprocessorConfig.clip(7).withCropRounding(CropRounding.HALF_EVEN);
        assertEquals(
                CropRounding.HALF_EVEN,
                config.withResize(new Resize.None())
                        .withResampling(Resampling.BILINEAR)
                        .withNormalization(HALF, HALF)
                        .withCrop(Optional.of(new CentreCrop(3, 3)))
                        .cropRounding());
    }
}
