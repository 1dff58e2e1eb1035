package org.clipjava.eval.locate;

import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Which category each pixel of a picture is of: a grey or palette PNG, whose pixels are numbers and no colours. */
final class Mask {
    /** What belongs to no category, and counts neither for nor against a prediction; as Pascal VOC has it. */
    static final int NOTHING = 255;

    private final Raster numbers;

    private Mask(Raster numbers) {
        this.numbers = numbers;
    }

    /**
     * Reads a mask.
     *
     * @throws IOException if it can't be read, or is none of this size
     */
    static Mask read(Path file, int width, int height) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
            if (in == null || !readers.hasNext()) {
                throw new IOException(file + ": can't be read");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
                    throw new IOException(file + ": expected a mask of " + width + " x " + height + ", found "
                            + reader.getWidth(0) + " x " + reader.getHeight(0));
                }
                Raster raster = reader.read(0).getRaster();
                if (raster.getNumBands() != 1) {
                    throw new IOException(file + ": expected a PNG in grey or with a palette, whose pixels are numbers"
                            + " of categories, found " + raster.getNumBands() + " channels");
                }
                return new Mask(raster);
            } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
                throw new IOException(file + ": expected a PNG, found what is none or broken: " + e.getMessage(), e);
            } finally {
                reader.dispose();
            }
        }
    }

    int at(int x, int y) {
        return numbers.getSample(x, y, 0);
    }
}
