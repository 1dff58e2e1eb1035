package org.clipjava.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;

/** Where a picture comes from. */
sealed interface ImageInput {

    /** As the user gave it; what the results call it. */
    String name();

    RgbImage decode(ImageDecoder decoder) throws IOException;

    /** Decodes and preprocesses, on this thread alone: others have pictures of their own. */
    PixelTensor decodePixels(ImageDecoder decoder, ImagePreprocessor preprocessor) throws IOException;

    /** Width x height as far as the header tells; {@link Long#MAX_VALUE} if that is not known. */
    long pixels();

    /** What decodes them; a Java without {@code java.desktop} has nothing that does. */
    static ImageDecoder decoder() {
        try {
            return ImageDecoder.imageIo();
        } catch (UnsupportedOperationException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    /** A file. */
    record File(String name) implements ImageInput {
        @Override
        public RgbImage decode(ImageDecoder decoder) throws IOException {
            return decoder.decode(path());
        }

        @Override
        public PixelTensor decodePixels(ImageDecoder decoder, ImagePreprocessor preprocessor) throws IOException {
            return decoder.decodePixels(path(), preprocessor, Runnable::run);
        }

        private Path path() throws IOException {
            if (name.isEmpty()) {
                throw new IOException("expected a picture's name, found an empty one");
            }
            Path path;
            try {
                path = Path.of(name);
            } catch (InvalidPathException e) {
                throw new IOException("not a path: " + e.getReason(), e);
            }
            if (Files.isDirectory(path)) {
                throw new IOException("is a folder; name the pictures in it, or list them with --files-from");
            }
            return path;
        }

        @Override
        public long pixels() {
            try {
                return PixelCount.of(Path.of(name));
            } catch (InvalidPathException e) {
                return Long.MAX_VALUE; // decoding says why
            }
        }
    }

    /** What stands in stdin. */
    record Stdin(InputStream in) implements ImageInput {
        @Override
        public String name() {
            return "-";
        }

        @Override
        public RgbImage decode(ImageDecoder decoder) throws IOException {
            return decoder.decode(in, name());
        }

        @Override
        public PixelTensor decodePixels(ImageDecoder decoder, ImagePreprocessor preprocessor) throws IOException {
            return preprocessor.preprocess(decode(decoder));
        }

        @Override
        public long pixels() {
            return Long.MAX_VALUE;
        }
    }
}
