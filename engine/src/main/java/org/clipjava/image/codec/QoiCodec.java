package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;

/** QOI; see {@link QoiDecoder}. */
public final class QoiCodec implements Codec {
    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(QoiDecoder.decode(file, background));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return Codec.pixels(file.bigEndian(4, 4), file.bigEndian(8, 4));
    }
}
