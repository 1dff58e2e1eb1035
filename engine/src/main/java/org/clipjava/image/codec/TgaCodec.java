package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;

/** TGA; see {@link TgaDecoder}. */
public final class TgaCodec implements Codec {
    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(TgaDecoder.decode(file, background));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return Codec.pixels(file.littleEndian(12, 2), file.littleEndian(14, 2));
    }
}
