package org.clipjava.cli.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.clipjava.ImageSource;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.Terminal;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;

/** Where a picture comes from. */
public sealed interface ImageInput extends ImageSource {

    /** As the user gave it; what the results call it. */
    @Override
    String name();

    /** Its file's bytes, of which there are no more than a picture may have. */
    byte[] bytes() throws IOException;

    /** What an argument means: a file, or stdin for {@code -}. */
    static ImageInput of(String argument, Terminal terminal) {
        return argument.equals("-") ? new Stdin(terminal.in()) : new File(argument);
    }

    /** What decodes them; a Java without {@code java.desktop} has nothing that does. */
    static ImageDecoder decoder() {
        try {
            return ImageDecoder.imageIo();
        } catch (UnsupportedOperationException e) {
            throw CommandFailure.usage(e.getMessage(), e);
        }
    }

    private static byte[] bounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(ImageDecoder.MAX_ENCODED_BYTES + 1);
        if (bytes.length > ImageDecoder.MAX_ENCODED_BYTES) {
            throw new IOException("expected at most " + ImageDecoder.MAX_ENCODED_BYTES + " bytes, found more");
        }
        return bytes;
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

        @Override
        public byte[] bytes() throws IOException {
            try (InputStream in = Files.newInputStream(path())) {
                return bounded(in);
            }
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
        public long pixels(ImageDecoder decoder) {
            try {
                return decoder.pixels(Path.of(name));
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
        public byte[] bytes() throws IOException {
            return bounded(in);
        }

        @Override
        public long pixels(ImageDecoder decoder) {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean mayNeverCome() {
            return true;
        }
    }
}
