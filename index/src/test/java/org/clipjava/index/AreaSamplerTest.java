package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.clipjava.image.RgbImage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AreaSamplerTest {
    private static final int SAMPLES = 4;

    @ParameterizedTest
    @CsvSource({
        "1,1,1,1",
        "7,5,7,5",
        "40,30,32,32",
        "64,48,16,12",
        "101,67,20,13",
        "200,10,3,2",
        "2,300,1,40",
        "1,1,32,32",
        "3,2,8,9"
    })
    void eachPixelIsTheMeanOfAGridOfThoseBeneath(int width, int height, int newWidth, int newHeight) {
        byte[] rgb = new byte[3 * width * height];
        new Random(width).nextBytes(rgb);

        AreaSampler sampler = new AreaSampler(width, height, newWidth, newHeight);
        Random random = new Random(height);
        int count;
        for (int row = 0; row < height; row += count) {
            count = random.nextInt(1, height - row + 1);
            sampler.rows(rgb, 3 * width * row, count);
        }
        byte[] small = sampler.result().rgb();

        byte[] expected = new byte[small.length];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = mean(rgb, width, height, newWidth, newHeight, i);
        }
        assertArrayEquals(expected, small);
    }

    private static byte mean(byte[] rgb, int width, int height, int newWidth, int newHeight, int sample) {
        int x = sample / 3 % newWidth;
        int y = sample / 3 / newWidth;
        int across = Math.clamp(width / newWidth, 1, SAMPLES);
        int down = Math.clamp(height / newHeight, 1, SAMPLES);
        int sum = 0;
        for (int j = 0; j < down; j++) {
            for (int i = 0; i < across; i++) {
                int column = (int) Math.floor((x * across + i + 0.5) * width / (newWidth * across));
                int row = (int) Math.floor((y * down + j + 0.5) * height / (newHeight * down));
                sum += rgb[3 * (row * width + column) + sample % 3] & 0xff;
            }
        }
        int count = across * down;
        return (byte) ((sum + count / 2) / count);
    }

    @ParameterizedTest
    @CsvSource({"10,20,20", "3,3,100"})
    void whatIsSmallStays(int width, int height, int longest) {
        byte[] rgb = new byte[3 * width * height];
        new Random(height).nextBytes(rgb);
        assertArrayEquals(
                rgb,
                AreaSampler.within(width, height, longest)
                        .of(RgbImage.of(width, height, rgb))
                        .rgb());
    }
}
