package org.clipjava.image.codec;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Whatever has no codec of its own: decoded by the first reader of ImageIO that claims it, and refused if none does or there is none. */
public final class PluginCodec implements Codec {
    private final ImageFormat format;

    /** @param format what messages call the file */
    public PluginCodec(ImageFormat format) {
        this.format = format;
    }

    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        Optional<PixelRows> decoded =
                Desktop.isThere() ? ImageIoReader.decodeWithPlugin(file, background) : Optional.empty();
        picture.whole(decoded.orElseThrow(() -> unsupported(format)));
    }

    private static CodecException unsupported(ImageFormat found) {
        return new CodecException("expected a picture (" + ImageFormat.supported() + "), found " + found.label()
                + (found.cure().isEmpty() ? "" : "; " + found.cure()));
    }

    @Override
    public OptionalLong pixels(FileBytes file) {
        return Desktop.isThere() ? ImageIoReader.pixels(file) : OptionalLong.empty();
    }
}
