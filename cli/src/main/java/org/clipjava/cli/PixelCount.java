package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/** How many pixels a picture has, from its header alone. */
final class PixelCount {
    private PixelCount() {}

    /** Width x height; {@link Long#MAX_VALUE} if it is not to be found out without decoding. */
    static long of(Path file) {
        if (!Files.isRegularFile(file)) {
            return Long.MAX_VALUE; // of a pipe nothing may be taken
        }
        try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Long.MAX_VALUE;
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return (long) reader.getWidth(0) * reader.getHeight(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // ImageIO throws all kinds of things on damaged files; what they are is for the decoder to say.
            System.getLogger(PixelCount.class.getName())
                    .log(System.Logger.Level.DEBUG, "no size in the header of " + file, e);
            return Long.MAX_VALUE;
        }
    }
}
