package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against ImageIO's writer, whose tables are the same. */
class JpegEncoderTest {
    @Test
    void isAsNearToThePictureAndAsSmallAsImageIosIs() throws IOException {
        List<Path> pictures;
        try (Stream<Path> all = Files.list(Pictograms.folder())) {
            pictures = all.filter(file -> !file.toString().endsWith(".csv"))
                    .sorted()
                    .limit(30)
                    .toList();
        }
        long ours = 0;
        long theirs = 0;
        for (Path file : pictures) {
            RgbImage image = ImageDecoder.standard().decode(file);
            byte[] jpeg = JpegEncoder.encode(image, 75);
            byte[] other = imageIo(image, 0.75f);
            ours += jpeg.length;
            theirs += other.length;
            double error = error(image, jpeg);
            double expected = error(image, other);
            assertTrue(error <= 1.05 * expected + 0.5, file + ": " + error + ", by ImageIO " + expected);
        }
        // colour has a table of codes of its own there
        assertTrue(ours <= 1.1 * theirs, ours + " bytes, by ImageIO " + theirs);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "7,13", "8,8", "16,16", "17,15", "176,99", "1,176"})
    void writesEverySizeThatEveryDecoderReads(int width, int height) throws IOException {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % width * 255 / width);
        }
        RgbImage image = RgbImage.of(width, height, rgb);
        byte[] jpeg = JpegEncoder.encode(image, 75);
        assertTrue(error(image, jpeg) < 3, "error " + error(image, jpeg));
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(jpeg));
        assertEquals(width + "x" + height, read.getWidth() + "x" + read.getHeight());
    }

    @Test
    void writesTheStrongestContrasts() throws IOException {
        byte[] rgb = new byte[3 * 64 * 64];
        Random random = new Random(1);
        for (int i = 0; i < rgb.length; i += 3) {
            byte value = (byte) (random.nextBoolean() ? 255 : 0);
            rgb[i] = value;
            rgb[i + 1] = value;
            rgb[i + 2] = value;
        }
        RgbImage image = RgbImage.of(64, 64, rgb);
        double expected = error(image, imageIo(image, 1));
        assertTrue(error(image, JpegEncoder.encode(image, 100)) <= expected + 0.5);
    }

    private static byte[] imageIo(RgbImage image, float quality) throws IOException {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = image.rgb();
        for (int i = 0; i < image.width() * image.height(); i++) {
            int pixel = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
            buffered.setRGB(i % image.width(), i / image.width(), pixel);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(jpeg)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(buffered, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return jpeg.toByteArray();
    }

    /** The root of the mean of the squared differences. */
    private static double error(RgbImage image, byte[] jpeg) throws IOException {
        byte[] decoded = ImageDecoder.standard().decode(jpeg, "jpeg").rgb();
        byte[] rgb = image.rgb();
        double sum = 0;
        for (int i = 0; i < rgb.length; i++) {
            double difference = (rgb[i] & 0xff) - (decoded[i] & 0xff);
            sum += difference * difference;
        }
        return Math.sqrt(sum / rgb.length);
    }
}
