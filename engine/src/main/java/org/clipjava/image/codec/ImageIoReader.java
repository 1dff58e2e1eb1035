package org.clipjava.image.codec;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * What ImageIO decodes: pictures whole, their samples as they are. Colour profiles are ignored. No temporary files, no global settings.
 */
final class ImageIoReader {
    private static final System.Logger LOGGER = System.getLogger(ImageIoReader.class.getName());

    private ImageIoReader() {}

    /** With the first reader that claims the file; empty if none does. */
    static Optional<PixelRows> decodeWithPlugin(byte[] file, Background background) throws IOException {
        try (ImageInputStream in = new ImageIoInput(FileBytes.of(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            return file.length > 0 && readers.hasNext()
                    ? Optional.of(ImageIoRaster.rows(read(readers.next(), file), background))
                    : Optional.empty();
        }
    }

    /** Width x height, as the first reader that claims the file has them; empty if none does. */
    static OptionalLong pixels(FileBytes file) {
        try (ImageInputStream in = new ImageIoInput(file)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return OptionalLong.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return Codec.pixels(reader.getWidth(0), reader.getHeight(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // ImageIO throws all kinds of things on damaged files; what they are is found when they are decoded.
            LOGGER.log(System.Logger.Level.DEBUG, "no size in a header", e);
            return OptionalLong.empty();
        }
    }

    private static BufferedImage read(ImageReader reader, byte[] file) throws IOException {
        try (ImageInputStream in = new ImageIoInput(FileBytes.of(file))) {
            reader.setInput(in, true, true);
            ImageSize.check(reader.getWidth(0), reader.getHeight(0));
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }
}
