package org.clipjava.image.codec;

import java.io.EOFException;
import java.io.IOException;
import java.util.OptionalLong;

/** BMP and DIB; see {@link BmpDecoder}. */
public final class BmpCodec implements Codec {
    /** Of OS/2, with sizes of 16 bits. */
    private static final int SMALL_HEADER_BYTES = 12;

    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(BmpDecoder.decode(file, background));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        int header = file.u8(0) == 'B' ? 14 : 0;
        if (!file.has(header + SMALL_HEADER_BYTES)) {
            throw new EOFException();
        }
        return Codec.pixels(width(file, header), height(file, header));
    }

    private static boolean isSmall(FileBytes file, long header) throws IOException {
        return file.littleEndian(header, 4) == SMALL_HEADER_BYTES;
    }

    static long width(FileBytes file, long header) throws IOException {
        return isSmall(file, header) ? file.littleEndian(header + 4, 2) : (int) file.littleEndian(header + 4, 4);
    }

    /** Negative in the file where rows go down. */
    static long height(FileBytes file, long header) throws IOException {
        return isSmall(file, header)
                ? file.littleEndian(header + 6, 2)
                : Math.abs((long) (int) file.littleEndian(header + 8, 4));
    }
}
