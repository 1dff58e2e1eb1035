package org.clipjava.cli.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.clipjava.ImageSource;
import org.clipjava.cli.output.Terminal;
import org.clipjava.image.EncodedImage;

/** Where a picture comes from. */
public sealed interface ImageInput extends ImageSource {

    /** As the user gave it; what the results call it. */
    @Override
    String name();

    /** What an argument means: a file, or stdin for {@code -}. */
    static ImageInput of(String argument, Terminal terminal) {
        return argument.equals("-") ? new Stdin(terminal.in()) : new File(argument);
    }

    /** A file. */
    record File(String name) implements ImageInput {
        @Override
        public EncodedImage open() throws IOException {
            return EncodedImage.open(path());
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
    }

    /** What stands in stdin. */
    record Stdin(InputStream in) implements ImageInput {
        @Override
        public String name() {
            return "-";
        }

        @Override
        public EncodedImage open() {
            return EncodedImage.of(in, name());
        }

        @Override
        public boolean mayNeverCome() {
            return true;
        }
    }
}
