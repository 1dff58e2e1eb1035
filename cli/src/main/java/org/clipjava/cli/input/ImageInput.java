package org.clipjava.cli.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Future;
import org.clipjava.ImageSource;
import org.clipjava.cli.output.Terminal;
import org.clipjava.eval.ContentHash;
import org.clipjava.eval.EmbeddingCache;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;

/** Where a picture comes from. */
public sealed interface ImageInput extends ImageSource {

    /** As the user gave it; what the results call it. */
    @Override
    String name();

    /** The file that it is; empty if it is none. */
    default Optional<Path> file() {
        return Optional.empty();
    }

    /** What an argument means: a file, a picture in a {@code data:} URI, or stdin for {@code -}. */
    static ImageInput of(String argument, Terminal terminal) {
        return argument.equals("-") ? new Stdin(terminal.in()) : named(argument);
    }

    /** What a name in a list means. */
    static ImageInput named(String name) {
        return DataUri.is(name) ? new DataUri(name) : new File(name);
    }

    /** A file. */
    record File(String name) implements ImageInput {
        /** What stands for a byte that is no UTF-8: Java can't open such a file by its name. */
        private static final char REPLACED = '\uFFFD';

        @Override
        public EncodedImage open() throws IOException {
            Path path = path();
            if (isDescriptor()) {
                return EncodedImage.of(Files.newInputStream(path), name);
            }
            if (Files.isDirectory(path)) {
                throw new IOException("is a folder without pictures; -r takes those of its folders too");
            }
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new IOException("is a pipe or device; let stdin give the picture: - < " + name);
            }
            if (name.indexOf(REPLACED) >= 0 && !Files.exists(path)) {
                throw new IOException(
                        "no such file: its name is not UTF-8; rename it (convmv), name its folder, or let stdin"
                                + " give the picture: - < FILE");
            }
            return EncodedImage.open(path);
        }

        @Override
        public Optional<Path> file() {
            try {
                return Optional.of(path()).filter(Files::isRegularFile);
            } catch (IOException e) {
                return Optional.empty(); // and it can't be read
            }
        }

        /** The path of a folder that is called so. */
        public Optional<Path> folder() {
            try {
                return Optional.of(path()).filter(Files::isDirectory);
            } catch (IOException e) {
                return Optional.empty(); // it will be said when it is opened
            }
        }

        /** What the shell has opened for this process, as for {@code <(…)}; it ends when what writes to it ends. */
        private boolean isDescriptor() {
            return name.matches("/dev/(stdin|fd/\\d+)|/proc/(self|\\d+)/fd/\\d+")
                    && !Files.isRegularFile(Path.of(name));
        }

        @Override
        public boolean mayNeverCome() {
            return isDescriptor();
        }

        private Path path() throws IOException {
            if (name.isEmpty()) {
                throw new IOException("expected a picture's name, found an empty one");
            }
            try {
                return Path.of(name);
            } catch (InvalidPathException e) {
                throw new IOException("not a path: " + e.getReason(), e);
            }
        }
    }

    /** A file that was found in a folder: its path may hold bytes that no text can. */
    record Found(Path path) implements ImageInput {
        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public Optional<Path> file() {
            return Optional.of(path);
        }

        @Override
        public EncodedImage open() throws IOException {
            return EncodedImage.open(path);
        }
    }

    /** One whose content is known as soon as it is read, to be found again. */
    final class Hashed implements ImageInput {
        private final ImageInput input;
        private Optional<ContentHash> content = Optional.empty();

        Hashed(ImageInput input) {
            this.input = input;
        }

        ImageInput input() {
            return input;
        }

        /** What an {@link EmbeddingCache} finds what was decoded by. */
        ContentHash content() {
            return content.orElseThrow();
        }

        /** Of a file before it is decoded; empty if it is no file, or can't be read, which is said when it is opened. */
        Optional<ContentHash> contentOfFile(ImageDecoder decoder) {
            if (input.file().isEmpty()) {
                return Optional.empty();
            }
            try (EncodedImage opened = input.open()) {
                return Optional.of(EmbeddingCache.key(opened, decoder));
            } catch (IOException e) {
                System.getLogger(ImageInput.class.getName()).log(System.Logger.Level.DEBUG, "no hash of " + name(), e);
                return Optional.empty();
            }
        }

        @Override
        public String name() {
            return input.name();
        }

        @Override
        public Optional<Path> file() {
            return input.file();
        }

        @Override
        public EncodedImage open() throws IOException {
            return input.open();
        }

        @Override
        public boolean mayNeverCome() {
            return input.mayNeverCome();
        }

        @Override
        public PixelTensor decodePixels(
                EncodedImage opened, ImageDecoder decoder, Future<ImagePreprocessor> preprocessor) throws IOException {
            content = Optional.of(EmbeddingCache.key(opened, decoder));
            return input.decodePixels(opened, decoder, preprocessor);
        }
    }

    /** A picture in its own name: {@code data:image/png;base64,iVBORw0K…}. */
    record DataUri(String uri) implements ImageInput {
        /** Of the URI that messages and results show. */
        private static final int SHOWN = 40;

        static boolean is(String argument) {
            return argument.regionMatches(true, 0, "data:", 0, 5) && argument.indexOf(',') > 0;
        }

        @Override
        public String name() {
            return uri.length() <= SHOWN ? uri : uri.substring(0, SHOWN) + "…";
        }

        @Override
        public EncodedImage open() throws IOException {
            int comma = uri.indexOf(',');
            String data = uri.substring(comma + 1);
            boolean base64 = uri.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64");
            return EncodedImage.of(base64 ? decoded(data) : unescaped(data), name());
        }

        private static byte[] decoded(String base64) throws IOException {
            try {
                // URIs out of web pages are often escaped, and broken into lines.
                String plain = new String(unescaped(base64), StandardCharsets.ISO_8859_1).replaceAll("\\s", "");
                return plain.indexOf('-') >= 0 || plain.indexOf('_') >= 0
                        ? Base64.getUrlDecoder().decode(plain)
                        : Base64.getDecoder().decode(plain);
            } catch (IllegalArgumentException e) {
                throw new IOException("expected base64 behind the comma; " + e.getMessage(), e);
            }
        }

        private static byte[] unescaped(String text) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c != '%') {
                    bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                    continue;
                }
                try {
                    bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                    throw new IOException("expected two hexadecimal digits behind %", e);
                }
                i += 2;
            }
            return bytes.toByteArray();
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
