package org.clipjava.index;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.clipjava.image.RgbImage;

/** A picture, small, as a JPEG. */
final class Thumbnail {
    /** Pixels of the longer side. */
    static final int SIDE = 176;

    private static final float QUALITY = 0.75f;

    private Thumbnail() {}

    static byte[] of(RgbImage image) throws IOException {
        RgbImage small = AreaSampler.within(image, SIDE);
        BufferedImage buffered = new BufferedImage(small.width(), small.height(), BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[small.width() * small.height()];
        byte[] rgb = small.rgb();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
        }
        buffered.setRGB(0, 0, small.width(), small.height(), pixels, 0, small.width());
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(jpeg)) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(buffered, null, null), quality);
        } finally {
            writer.dispose();
        }
        return jpeg.toByteArray();
    }
}
