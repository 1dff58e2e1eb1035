package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;

/** Photoshop documents; see {@link PsdDecoder}. */
public final class PsdCodec implements Codec {
    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(PsdDecoder.decode(file, background));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return Codec.pixels(file.bigEndian(18, 4), file.bigEndian(14, 4));
    }
}
