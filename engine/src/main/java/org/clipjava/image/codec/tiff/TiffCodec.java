package org.clipjava.image.codec.tiff;

import java.io.IOException;
import java.util.OptionalLong;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.Codec;
import org.clipjava.image.codec.FileBytes;
import org.clipjava.image.codec.Orientation;
import org.clipjava.image.codec.PictureConsumer;
import org.clipjava.image.codec.TiffDirectory;

/** TIFF; see {@link TiffDecoder}. It is turned by its orientation once, where Pillow 9.4 turns it twice. */
public final class TiffCodec implements Codec {
    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        TiffDirectory tags = TiffDirectory.ofFile(file);
        picture.whole(orientation(tags).apply(TiffDecoder.decode(file, tags, background)));
    }

    @Override
    public Orientation orientation(byte[] file) {
        return orientation(TiffDirectory.ofFile(file));
    }

    private static Orientation orientation(TiffDirectory tags) {
        return Orientation.of(tags.first(TiffDirectory.ORIENTATION).orElse(1));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return TiffDirectory.pixels(file);
    }
}
