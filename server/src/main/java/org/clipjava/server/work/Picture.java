package org.clipjava.server.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.clipjava.image.EncodedImage;

/** A picture as it was sent. For one job at a time. */
public final class Picture {
    private final byte[] encoded;
    private final String name;
    private final boolean asksForSize;
    private volatile Optional<Size> size = Optional.empty();

    /** Width and height, upright. */
    public record Size(int width, int height) {}

    /**
     * A picture.
     *
     * @param encoded the whole file; not written to
     * @param name what messages call it
     * @param asksForSize whether {@link #size} is asked for, which takes more memory
     */
    public Picture(byte[] encoded, String name, boolean asksForSize) {
        this.encoded = encoded;
        this.name = name;
        this.asksForSize = asksForSize;
    }

    byte[] encoded() {
        return encoded;
    }

    public String name() {
        return name;
    }

    /** Width x height, as its beginning has it; 0 if that does not tell. */
    public long pixels() {
        try (EncodedImage image = EncodedImage.of(encoded, name)) {
            return image.pixels().orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // from closing what is in memory
        }
    }

    boolean asksForSize() {
        return asksForSize;
    }

    void hasSize(Size found) {
        size = Optional.of(found);
    }

    /** Known when it has been encoded, if it was asked for. */
    public Optional<Size> size() {
        return size;
    }
}
