package org.clipjava.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.OptionalLong;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.Codec;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.DraftSize;
import org.clipjava.image.codec.FileBytes;
import org.clipjava.image.codec.HeapRoom;
import org.clipjava.image.codec.ImageFormat;
import org.clipjava.image.codec.PictureConsumer;

/**
 * A picture that is opened, and not decoded yet: its size can be asked for before its pixels take memory. Its file is opened once and
 * read once, and what it is is found out once.
 *
 * <pre>{@code
 * try (EncodedImage photo = EncodedImage.open(Path.of("photo.jpg"))) {
 *     if (photo.pixels().orElse(0) < 50_000_000) {
 *         RgbImage image = ImageDecoder.standard().decode(photo);
 *     }
 * }
 * }</pre>
 *
 * <p>For one thread at a time. To be closed; the file is closed earlier, as soon as it was read to its end.
 */
public final class EncodedImage implements AutoCloseable {
    /** A header that begins beyond this is not looked for; most end within the first few kilobytes. */
    private static final int MAX_HEAD_BYTES = 16 << 20;

    private static final System.Logger LOGGER = System.getLogger(EncodedImage.class.getName());

    private final String name;
    private final FileBytes file;
    private final Optional<InputStream> opened;
    private final long expectedBytes;
    private final boolean mayLookAhead;
    private Optional<ImageFormat> format = Optional.empty();

    private EncodedImage(
            String name, FileBytes file, Optional<InputStream> opened, long expectedBytes, boolean mayLookAhead) {
        this.name = name;
        this.file = file;
        this.opened = opened;
        this.expectedBytes = expectedBytes;
        this.mayLookAhead = mayLookAhead;
    }

    /**
     * Opens a file; its path is the picture's name.
     *
     * @throws ImageFormatException if it is a directory, a pipe or a device, or has more than {@link ImageDecoder#MAX_ENCODED_BYTES}
     * @throws IOException if there is no such file, or it may not be read
     */
    public static EncodedImage open(Path file) throws IOException {
        String name = file.toString();
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
            throw new ImageFormatException(name + ": expected a picture, found a directory");
        }
        if (!attributes.isRegularFile()) {
            // A pipe may never be written to, and a device need not end.
            throw new ImageFormatException(name + ": expected a picture, found a pipe or device; read it as a stream");
        }
        if (attributes.size() > ImageDecoder.MAX_ENCODED_BYTES) {
            throw new ImageFormatException(name + ": expected at most " + ImageDecoder.MAX_ENCODED_BYTES
                    + " bytes, found " + attributes.size());
        }
        InputStream in = Files.newInputStream(file);
        return new EncodedImage(name, FileBytes.of(in, MAX_HEAD_BYTES), Optional.of(in), attributes.size(), true);
    }

    /**
     * A file that is in memory.
     *
     * @param encoded the whole file; not written to, and not to be written to meanwhile
     * @param name what messages call it
     */
    public static EncodedImage of(byte[] encoded, String name) {
        return new EncodedImage(name, FileBytes.of(encoded), Optional.empty(), encoded.length, true);
    }

    /**
     * What a stream will give. Nothing is read of it before all of it is: the stream may wait for a user.
     *
     * @param encoded read to its end, or to more than {@link ImageDecoder#MAX_ENCODED_BYTES}; not closed
     * @param name what messages call it
     */
    public static EncodedImage of(InputStream encoded, String name) {
        return new EncodedImage(name, FileBytes.of(encoded, 0), Optional.empty(), 0, false);
    }

    /** What messages call it. */
    public String name() {
        return name;
    }

    /**
     * Width x height, from the file's beginning alone. Empty if that does not say it, of a stream, and where something is wrong: what,
     * is said when it is decoded.
     */
    public OptionalLong pixels() {
        if (!mayLookAhead) {
            return OptionalLong.empty();
        }
        try {
            return Codecs.of(sniffed()).pixels(file);
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no size in the header of " + name, e);
            return OptionalLong.empty();
        }
    }

    /** Width and height of an upright picture. */
    public record Size(int width, int height) {}

    /**
     * The size of the whole picture where it may be decoded smaller, as {@link ImageDecoder#drafting} does; reads the file to its end.
     * Empty for other formats than JPEG: what is decoded has the size.
     *
     * @throws ImageFormatException if it is corrupt or too large
     * @throws IOException if it can't be read
     */
    public Optional<Size> sizeBeforeDraft() throws IOException {
        return withCodec((codec, whole) -> codec.sizeBeforeDraft(whole))
                .map(size -> new Size(size.width(), size.height()));
    }

    /**
     * What the file says of the picture in it, beside the pixels; reads it to its end.
     *
     * @throws ImageFormatException if it is corrupt or too large
     * @throws IOException if it can't be read
     */
    public ImageHeader header() throws IOException {
        int orientation = withCodec((codec, whole) -> codec.orientation(whole).value());
        return new ImageHeader(format(), orientation);
    }

    /**
     * The whole file, read to its end; a view, not to be written to.
     *
     * @throws ImageFormatException if it has more than {@link ImageDecoder#MAX_ENCODED_BYTES}
     * @throws IOException if it can't be read
     */
    public byte[] bytes() throws IOException {
        byte[] whole;
        try {
            whole = file.whole(expectedBytes, ImageDecoder.MAX_ENCODED_BYTES);
        } catch (OutOfMemoryError e) {
            throw tooLarge(e);
        } catch (CodecException e) {
            throw new ImageFormatException(name + ": " + e.getMessage(), e);
        }
        close();
        return whole;
    }

    /**
     * What it is by its first bytes, as {@link ImageHeader#format()} calls it: {@code JPEG}, {@code HEIC}, {@code UNKNOWN}. Of a
     * stream, waits for these.
     *
     * @throws IOException if it can't be read
     */
    public String format() throws IOException {
        return sniffed().name();
    }

    /**
     * Whether this library itself decodes what it is by its first bytes; else a plugin of ImageIO may. Of a stream, waits for these.
     *
     * @throws IOException if it can't be read
     */
    public boolean hasCodec() throws IOException {
        return sniffed().hasCodec();
    }

    private ImageFormat sniffed() throws IOException {
        if (format.isEmpty()) {
            format = Optional.of(ImageFormat.of(file.first(ImageFormat.SNIFFED_BYTES)));
        }
        return format.get();
    }

    /** What is done with a codec. */
    private interface Use<T> {
        T of(Codec codec, byte[] file) throws IOException;
    }

    /** What a codec makes of the whole file. It does not know what the picture is called; errors that leave here say it. */
    private <T> T withCodec(Use<T> use) throws IOException {
        byte[] whole = bytes();
        ImageFormat known = sniffed();
        try {
            return use.of(Codecs.of(known), whole);
        } catch (OutOfMemoryError | StackOverflowError e) {
            throw tooLarge(e);
        } catch (CodecException e) {
            throw new ImageFormatException(name + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers throw all kinds of things on data that are corrupt, cut off or of an unusual kind.
            throw new ImageFormatException(name + ": can't decode this as " + known.label() + ": " + oneLine(e), e);
        }
    }

    /**
     * Decodes the whole file.
     *
     * @param background what is seen through transparent pixels
     * @param wanted what it may be decoded smaller for; empty: it is not
     * @throws ImageFormatException if it is unsupported, corrupt, truncated or too large
     */
    void decode(Background background, Optional<DraftSize> wanted, PictureConsumer picture) throws IOException {
        withCodec((codec, whole) -> {
            if (wanted.isPresent()) {
                codec.decode(whole, background, wanted.get(), picture);
            } else {
                codec.decode(whole, background, picture);
            }
            return true;
        });
    }

    /**
     * Want of memory as this picture's error, and not the whole run's: others may be smaller.
     *
     * @param error an {@link OutOfMemoryError} or {@link StackOverflowError} while it was read or decoded
     */
    ImageFormatException tooLarge(VirtualMachineError error) {
        if (error instanceof StackOverflowError) {
            return new ImageFormatException(name + ": too little stack to decode it; allow Java more with -Xss", error);
        }
        OptionalLong pixels = pixels();
        String needed = pixels.isEmpty()
                ? "expected more"
                : "expected up to " + HeapRoom.mebibytes(pixels.getAsLong() * HeapRoom.BYTES_A_PIXEL) + " for "
                        + pixels.getAsLong() + " pixels";
        return new ImageFormatException(
                name + ": too little memory to decode it; " + needed + ", found a heap of "
                        + HeapRoom.mebibytes(Runtime.getRuntime().maxMemory()) + " for all" + HeapRoom.CURE,
                error);
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }

    /** Closes the file. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        if (opened.isPresent()) {
            opened.get().close();
        }
    }
}
