package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * WebP: lossless by the first reader of ImageIO that claims it. Lossy it is refused, for the pure-Java decoder for it that is about
 * gives wrong pixels.
 */
public final class WebpCodec implements Codec {
    private static final Codec PLUGIN = new PluginCodec(ImageFormat.WEBP);

    @Override
    public PixelRows decode(byte[] file, Consumer<ArrivingRows> early) throws IOException {
        WebpFile webp = WebpFile.read(file);
        if (webp.lossy()) {
            throw new CodecException("lossy WebP is not supported; " + ImageFormat.WEBP.cure());
        }
        return webp.orientation().apply(PLUGIN.decode(file, early));
    }

    @Override
    public Orientation orientation(byte[] file) {
        return WebpFile.read(file).orientation();
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return WebpFile.pixels(file);
    }
}
