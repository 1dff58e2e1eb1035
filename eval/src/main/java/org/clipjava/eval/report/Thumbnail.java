package org.clipjava.eval.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.RgbImage;

/** A picture's middle square, small, as a JPEG in a {@code data:} address. */
final class Thumbnail {
    private static final int SIDE = 112;
    private static final ImagePreprocessor SQUARE = new ImagePreprocessor(PreprocessorConfig.clip(SIDE));

    private Thumbnail() {}

    /** Empty if the file can't be read any more. */
    static Optional<String> of(Path file, ImageDecoder decoder) {
        try {
            RgbImage square = SQUARE.crop(decoder.decode(file));
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            byte[] rgb = square.rgb();
            for (int i = 0; i < SIDE * SIDE; i++) {
                int pixel = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
                image.setRGB(i % SIDE, i / SIDE, pixel);
            }
            ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
            if (!ImageIO.write(image, "jpeg", jpeg)) {
                throw new IOException("this Java writes no JPEG");
            }
            return Optional.of("data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg.toByteArray()));
        } catch (IOException e) {
            System.getLogger(Thumbnail.class.getName()).log(System.Logger.Level.DEBUG, "no thumbnail of " + file, e);
            return Optional.empty();
        }
    }
}
