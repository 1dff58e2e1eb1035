package org.clipjava.cli.input;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.image.RowListener;

/** Has a program convert pictures for which the engine has no codec. */
public final class CommandDecoder implements ImageDecoder {
    private final ImageDecoder decoder;
    private final DecoderCommand command;

    /** @param decoder of what needs no program, and of what the program writes */
    public CommandDecoder(ImageDecoder decoder, DecoderCommand command) {
        this.decoder = decoder;
        this.command = command;
    }

    /** What the program makes of it, if the engine has no codec for it; else itself. */
    private EncodedImage readable(EncodedImage encoded) throws IOException {
        return encoded.hasCodec() ? encoded : EncodedImage.of(command.decode(encoded), encoded.name());
    }

    @Override
    public ImageDecoder drafting() {
        return new CommandDecoder(decoder.drafting(), command);
    }

    @Override
    public String identity(EncodedImage encoded) throws IOException {
        String other = decoder.identity(encoded);
        return encoded.hasCodec() ? other : other + "decoder " + command;
    }

    @Override
    public RgbImage decode(byte[] encoded, String name) throws IOException {
        try (EncodedImage image = EncodedImage.of(encoded, name)) {
            return decode(image);
        }
    }

    @Override
    public RgbImage decode(EncodedImage encoded) throws IOException {
        try (EncodedImage image = readable(encoded)) {
            return decoder.decode(image);
        }
    }

    @Override
    public RgbImage decodeFor(EncodedImage encoded, ImagePreprocessor preprocessor) throws IOException {
        try (EncodedImage image = readable(encoded)) {
            return decoder.decodeFor(image, preprocessor);
        }
    }

    @Override
    public PixelTensor decodePixels(EncodedImage encoded, Future<ImagePreprocessor> preprocessor, Executor helper)
            throws IOException {
        try (EncodedImage image = readable(encoded)) {
            return decoder.decodePixels(image, preprocessor, helper);
        }
    }

    @Override
    public PixelTensor decodePixels(EncodedImage encoded, Future<ImagePreprocessor> preprocessor, RowListener listener)
            throws IOException {
        try (EncodedImage image = readable(encoded)) {
            return decoder.decodePixels(image, preprocessor, listener);
        }
    }

    @Override
    public String toString() {
        return command.toString();
    }
}
