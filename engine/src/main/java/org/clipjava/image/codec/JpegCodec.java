package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * JPEG. Of the JDK's reader only the samples are taken, in the file's own colour space, so that ImageIO converts nothing;
 * {@link JpegFile} does. Data that libjpeg reads with a warning are read, as in Pillow; a file that ends before its picture is an error.
 */
public final class JpegCodec implements Codec {
    @Override
    public PixelRows decode(byte[] file, Consumer<ArrivingRows> early) throws IOException {
        JpegFile jpeg = JpegFile.read(file);
        return jpeg.orientation().apply(jpeg.canBeRelabelled() ? rowByRow(jpeg, early) : atOnce(jpeg));
    }

    private static PixelRows rowByRow(JpegFile jpeg, Consumer<ArrivingRows> early) throws IOException {
        ArrivingRows rows =
                new ArrivingRows(jpeg.width(), jpeg.height(), jpeg.colorSpace() == JpegFile.ColorSpace.YCBCR);
        if (jpeg.isProgressive()) {
            ImageIoJpeg.read(jpeg.withoutColorSpace(), rows);
        } else {
            if (jpeg.orientation() == Orientation.NORMAL) {
                early.accept(rows);
            }
            ImageIoJpeg.readRowByRow(jpeg.withoutColorSpace(), rows);
        }
        rows.complete();
        return rows;
    }

    private static PixelRows atOnce(JpegFile jpeg) throws IOException {
        int components = jpeg.colorSpace().components();
        return jpeg.rows(
                ImageIoJpeg.samples(jpeg.withoutApplicationSegments(), jpeg.width(), jpeg.height(), components));
    }

    @Override
    public Orientation orientation(byte[] file) throws IOException {
        return JpegFile.read(file).orientation();
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return JpegFile.pixels(file);
    }
}
