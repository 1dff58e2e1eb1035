package org.clipjava.image.codec;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What decodes one format. Stateless. A format becomes known by a constant of {@link ImageFormat}, which is told by a file's first
 * bytes, and a line in {@code org.clipjava.image.Codecs}.
 */
public interface Codec {
    /**
     * Decodes the first picture of a file, upright, as Pillow's {@code convert("RGB")} has it. All rows may have been handed over when
     * it turns out that the file is damaged; what the consumer throws is passed on.
     *
     * @param file whole; of this format, by its first bytes; not kept, not written to
     * @param background what is seen through transparent pixels
     * @throws CodecException if it is unsupported, corrupt, truncated or too large; anything else that is thrown means that, too
     */
    void decode(byte[] file, Background background, PictureConsumer picture) throws IOException;

    /**
     * The same, smaller where that spares work, as after Pillow's {@code draft}; most formats have no such way and give the whole
     * picture.
     *
     * @param wanted the least that has to be left
     */
    default void decode(byte[] file, Background background, DraftSize wanted, PictureConsumer picture)
            throws IOException {
        decode(file, background, picture);
    }

    /** The size of the whole picture, if there is a way to decode it smaller. */
    default Optional<UprightSize> sizeBeforeDraft(byte[] file) throws IOException {
        return Optional.empty();
    }

    /** How the stored picture is turned to stand upright. */
    default Orientation orientation(byte[] file) throws IOException {
        return Orientation.NORMAL;
    }

    /**
     * Width x height, from as little of the file as says it; empty if its beginning does not. No error is found here that decoding
     * does not find.
     *
     * @throws IOException if the file can't be read; {@link java.io.EOFException} if it ends before its size
     */
    OptionalLong pixels(FileBytes file) throws IOException;

    /** The product, where there is such a picture. */
    static OptionalLong pixels(long width, long height) {
        boolean possible = width > 0 && height > 0 && width <= Integer.MAX_VALUE && height <= Integer.MAX_VALUE;
        return possible ? OptionalLong.of(width * height) : OptionalLong.empty();
    }
}
