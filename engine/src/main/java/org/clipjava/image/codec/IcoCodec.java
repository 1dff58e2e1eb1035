package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;

/** Windows icons; see {@link IcoDecoder}. */
public final class IcoCodec implements Codec {
    /** Directories of at most so many bytes are looked at before a file is read whole. */
    private static final int DIRECTORY_BYTES = 6 + 16 * 256;

    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(IcoDecoder.decode(file, background));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        long at = IcoDecoder.shown(file.first(DIRECTORY_BYTES)).offset();
        if (file.bigEndian(at, 4) == 0x89504e47L) {
            return Codec.pixels(file.bigEndian(at + 16, 4), file.bigEndian(at + 20, 4));
        }
        return Codec.pixels(BmpCodec.width(file, at), BmpCodec.height(file, at) / 2);
    }
}
