package org.clipjava.eval.locate;

import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.clipjava.locate.Box;

/** Which category each pixel of a picture is of: a grey or palette PNG, whose pixels are numbers and no colours. */
final class Mask {
    /** What belongs to no category, and counts neither for nor against a prediction; as Pascal VOC has it. */
    static final int NOTHING = 255;

    private static final long MOST_PIXELS = 100_000_000;

    private final Raster numbers;

    private Mask(Raster numbers) {
        this.numbers = numbers;
    }

    /** The same of a picture whose size is not known yet. */
    static Mask read(Path file) throws IOException {
        return read(file, (width, height) -> {
            if ((long) width * height > MOST_PIXELS) {
                throw new IOException(
                        file + ": expected at most " + MOST_PIXELS + " pixels, found " + width + " x " + height);
            }
        });
    }

    /**
     * Reads a mask.
     *
     * @throws IOException if it can't be read, or is none of this size
     */
    static Mask read(Path file, int width, int height) throws IOException {
        return read(file, (across, down) -> {
            if (across != width || down != height) {
                throw new IOException(
                        file + ": expected a mask of " + width + " x " + height + ", found " + across + " x " + down);
            }
        });
    }

    /** Refuses sizes before anything is decoded. */
    private interface SizeCheck {
        void check(int width, int height) throws IOException;
    }

    private static Mask read(Path file, SizeCheck size) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
            if (in == null || !readers.hasNext()) {
                throw new IOException(file + ": can't be read");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                size.check(reader.getWidth(0), reader.getHeight(0));
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

    /** What encloses all pixels of a category; empty if there is none. */
    Optional<Box> box(int category) {
        int left = numbers.getWidth();
        int right = 0;
        int top = numbers.getHeight();
        int bottom = 0;
        for (int y = 0; y < numbers.getHeight(); y++) {
            for (int x = 0; x < numbers.getWidth(); x++) {
                if (at(x, y) == category) {
                    left = Math.min(left, x);
                    right = Math.max(right, x + 1);
                    top = Math.min(top, y);
                    bottom = y + 1;
                }
            }
        }
        return right == 0 ? Optional.empty() : Optional.of(new Box(left, top, right, bottom));
    }

    int at(int x, int y) {
        return numbers.getSample(x, y, 0);
    }
}
