package org.clipjava.cli.output;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.clipjava.image.RgbImage;

/** Writes PNGs; apart from the commands, so that a Java without {@code java.desktop} can list those. */
public final class PngWriter {
    private PngWriter() {}

    public static void write(RgbImage image, OutputStream out) throws IOException {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = image.rgb();
        for (int y = 0, i = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++, i += 3) {
                buffered.setRGB(x, y, (rgb[i] & 0xff) << 16 | (rgb[i + 1] & 0xff) << 8 | (rgb[i + 2] & 0xff));
            }
        }
        try (ImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(buffered, "png", png)) {
                throw new IllegalStateException("this Java has no PNG writer");
            }
        }
    }
}
