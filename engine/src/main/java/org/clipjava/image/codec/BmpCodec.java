package org.clipjava.image.codec;

import java.io.EOFException;
import java.io.IOException;
import java.util.OptionalLong;

/** BMP, by the JDK's own reader. It refuses some sizes itself, but without saying them: so they are checked before. */
public final class BmpCodec implements Codec {
    private static final int HEADER = 14;

    /** Of OS/2, with sizes of 16 bits. */
    private static final int SMALL_HEADER_BYTES = 12;

    @Override
    public void decode(byte[] file, PictureConsumer picture) throws IOException {
        checkSize(FileBytes.of(file));
        Desktop.check(ImageFormat.BMP);
        picture.whole(ImageIoReader.decodeWithJdk("bmp", file));
    }

    private static void checkSize(FileBytes file) throws IOException {
        if (file.has(HEADER + SMALL_HEADER_BYTES)) {
            ImageSize.check(width(file), height(file));
        }
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        if (!file.has(HEADER + SMALL_HEADER_BYTES)) {
            throw new EOFException();
        }
        return Codec.pixels(width(file), height(file));
    }

    private static boolean isSmall(FileBytes file) throws IOException {
        return file.littleEndian(HEADER, 4) == SMALL_HEADER_BYTES;
    }

    private static long width(FileBytes file) throws IOException {
        return isSmall(file) ? file.littleEndian(18, 2) : (int) file.littleEndian(18, 4);
    }

    /** Negative in the file where rows go down. */
    private static long height(FileBytes file) throws IOException {
        return isSmall(file) ? file.littleEndian(20, 2) : Math.abs((long) (int) file.littleEndian(22, 4));
    }
}
