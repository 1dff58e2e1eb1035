package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;

/** GIF; see {@link GifDecoder}. */
public final class GifCodec implements Codec {
    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(GifDecoder.decode(file, background));
    }

    /** The canvas is what the first frame needs, too. */
    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        int at = afterPalette(13, file.u8(10));
        for (int block = file.u8(at); block != ','; block = file.u8(at)) {
            at = block == '!' ? afterExtension(at + 2, file) : at + 1;
        }
        long width = Math.max(file.littleEndian(6, 2), file.littleEndian(at + 1, 2) + file.littleEndian(at + 5, 2));
        long height = Math.max(file.littleEndian(8, 2), file.littleEndian(at + 3, 2) + file.littleEndian(at + 7, 2));
        return Codec.pixels(width, height);
    }

    private static int afterPalette(int at, int flags) {
        return (flags & 0x80) != 0 ? at + (3 << ((flags & 7) + 1)) : at;
    }

    private static int afterExtension(int from, FileBytes file) throws IOException {
        int at = from;
        for (int length = file.u8(at); length != 0; length = file.u8(at)) {
            at += 1 + length;
        }
        return at + 1;
    }
}
