package org.clipjava.measure;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A JPEG that costs as much to decode as a photo of its size: large shapes, edges, and the grain of a sensor. */
public final class GeneratedPhoto {
    private static final long SEED = 32;
    private static final int GRAIN = 8;

    private GeneratedPhoto() {}

    /** The same file each time, in one JDK. */
    public static byte[] jpeg(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double shapes = Math.sin(x * 0.011 + 3 * Math.sin(y * 0.007)) * Math.cos(y * 0.013);
                int light = (int) (128 + 80 * shapes + (shapes > 0.2 ? 25 : 0)) + random.nextInt(-GRAIN, GRAIN + 1);
                int red = Math.clamp(light + x / 40, 0, 255);
                int green = Math.clamp(light, 0, 255);
                int blue = Math.clamp(light + y / 20 - 20, 0, 255);
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            if (!ImageIO.write(image, "jpeg", out)) {
                throw new IllegalStateException("this Java has no JPEG writer");
            }
        }
        return file.toByteArray();
    }
}
