package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Whatever has no codec of its own: decoded by the first reader of ImageIO that claims it, and refused if none does. */
public final class PluginCodec implements Codec {
    private final ImageFormat format;

    /** @param format what messages call the file */
    public PluginCodec(ImageFormat format) {
        this.format = format;
    }

    /** Whether this Java has the module {@code java.desktop}. */
    public static boolean hasImageIo() {
        return ModuleLayer.boot().findModule("java.desktop").isPresent();
    }

    @Override
    public PixelRows decode(byte[] file, Consumer<ArrivingRows> early) throws IOException {
        return ImageIoReader.decodeWithPlugin(file).orElseThrow(() -> unsupported(format));
    }

    private static CodecException unsupported(ImageFormat found) {
        return new CodecException("expected a picture (" + ImageFormat.supported() + "), found " + found.label()
                + (found.cure().isEmpty() ? "" : "; " + found.cure()));
    }

    @Override
    public OptionalLong pixels(FileBytes file) {
        return hasImageIo() ? ImageIoReader.pixels(file) : OptionalLong.empty();
    }
}
