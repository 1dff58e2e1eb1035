package org.clipjava.image.codec.webp;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.clipjava.image.codec.CodecException;

/**
 * A WebP file: its first picture on its canvas, as Pillow gives it, bit for bit; of an animation that is its first frame, and what
 * that does not cover is black and transparent.
 *
 * <p>Reading goes through the chunks and frame headers and decodes nothing; its time is bounded by the file's length and it
 * allocates nothing for what they claim. Pictures of more than {@link org.clipjava.image.codec.ImageSize#MAX_PIXELS} are refused then.
 * Decoding takes memory for the result and, beside it, for VP8 some rows, for VP8L at most 8 MB of pixels, 64 MB of tables and three
 * bytes for each four pixels; its time is bounded by the pixels that are declared.
 *
 * <p>Metadata are handed out as they are stored: turning the picture upright is for the caller.
 */
public final class WebpPicture {
    /** What {@link #pixels} wants to see of a file. */
    public static final int HEAD_BYTES = 30;

    private final byte[] file;
    private final Damage damage;
    private final Container container;

    private WebpPicture(byte[] file, Damage damage, Container container) {
        this.file = file;
        this.damage = damage;
        this.container = container;
    }

    /**
     * Width x height, from a file's first {@link #HEAD_BYTES} bytes; empty if they don't tell it.
     *
     * @param head so many bytes, or all of a file that is shorter
     */
    public static OptionalLong pixels(byte[] head) {
        return Container.pixels(head);
    }

    /**
     * Reads a file's chunks.
     *
     * @param file the whole of it; kept, and not to be written to
     * @throws CodecException if it is truncated, corrupt or too large, as far as its chunks and frame headers tell
     */
    public static WebpPicture read(byte[] file) throws CodecException {
        Damage damage = new Damage();
        return new WebpPicture(file, damage, Container.read(file, damage));
    }

    /** Pixels in a row of the canvas. */
    public int width() {
        return container.width();
    }

    /** Rows of the canvas. */
    public int height() {
        return container.height();
    }

    /** Whether its pixels have an alpha of their own. */
    public boolean hasAlpha() {
        return container.alpha();
    }

    /** How many pictures follow each other, 1 where nothing moves. */
    public int frames() {
        return container.frames();
    }

    /** The EXIF block, if the file says that it has one. */
    public Optional<byte[]> exif() {
        return container.exif().map(this::bytes);
    }

    /** The XMP packet, likewise. */
    public Optional<byte[]> xmp() {
        return container.xmp().map(this::bytes);
    }

    private byte[] bytes(Container.Stretch stretch) {
        return Arrays.copyOfRange(file, stretch.start(), stretch.end());
    }

    /**
     * Decodes the first picture and drops its alpha, as Pillow's {@code convert("RGB")} does.
     *
     * @return [height, width, 3]
     * @throws CodecException if it is truncated or corrupt, in its alpha too
     */
    public byte[] rgb() throws CodecException {
        return decode(3);
    }

    /**
     * Decodes the first picture with its alpha, not multiplied; 255 where it has none.
     *
     * @return [height, width, 4]
     * @throws CodecException if it is truncated or corrupt
     */
    public byte[] rgba() throws CodecException {
        byte[] rgba = decode(4);
        if (!hasAlpha()) {
            fillAlpha(rgba, 0, rgba.length);
        }
        return rgba;
    }

    private byte[] decode(int channels) throws CodecException {
        Container.Frame frame = container.first();
        byte[] pixels = new byte[Math.multiplyExact(channels, width() * height())];
        int stride = channels * width();
        FrameArea area = new FrameArea(pixels, frame.y() * stride + frame.x() * channels, stride, channels);
        if (frame.header().lossless()) {
            LosslessDecoder.decode(file, frame, area, damage);
            return pixels;
        }
        Vp8Decoder.decode(file, frame, area, damage);
        if (frame.alpha().isPresent()) {
            AlphaPlane.decode(file, frame, area, damage);
        } else if (area.hasAlpha()) {
            for (int y = 0; y < frame.header().height(); y++) {
                fillAlpha(
                        pixels,
                        area.row(y),
                        area.row(y) + channels * frame.header().width());
            }
        }
        return pixels;
    }

    private static void fillAlpha(byte[] rgba, int from, int to) {
        for (int i = from + 3; i < to; i += 4) {
            rgba[i] = (byte) 255;
        }
    }
}
