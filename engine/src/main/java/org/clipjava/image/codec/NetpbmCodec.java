package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;

/** Netpbm's formats; see {@link NetpbmDecoder}. */
public final class NetpbmCodec implements Codec {
    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(NetpbmDecoder.decode(file, background));
    }

    /** Empty for PAM, whose header is read when it is decoded. */
    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return NetpbmDecoder.pixels(file.first(ImageFormat.SNIFFED_BYTES));
    }
}
