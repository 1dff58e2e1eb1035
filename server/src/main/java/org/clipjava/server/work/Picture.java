package org.clipjava.server.work;

import java.util.Optional;

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
