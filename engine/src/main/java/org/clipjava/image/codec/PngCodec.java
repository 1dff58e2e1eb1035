package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;

/** PNG; see {@link PngDecoder}. */
public final class PngCodec implements Codec {
    private static final int WIDTH = 16;
    private static final int HEIGHT = 20;

    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(PngDecoder.decode(file, background));
    }

    @Override
    public Orientation orientation(byte[] file) throws IOException {
        return PngDecoder.orientation(file);
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return Codec.pixels(file.bigEndian(WIDTH, 4), file.bigEndian(HEIGHT, 4));
    }
}
