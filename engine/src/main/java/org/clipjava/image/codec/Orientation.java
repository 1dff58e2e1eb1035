package org.clipjava.image.codec;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * How a stored picture must be turned to stand upright: the values 1 to 8 of EXIF's and TIFF's tag 0x0112.
 *
 * <p>The constants are named by what Pillow's {@code exif_transpose} does for them; rotations are counterclockwise.
 */
public enum Orientation {
    NORMAL(false, false, false),
    FLIP_LEFT_RIGHT(false, true, false),
    ROTATE_180(false, true, true),
    FLIP_TOP_BOTTOM(false, false, true),
    TRANSPOSE(true, false, false),
    ROTATE_270(true, false, true),
    TRANSVERSE(true, true, true),
    ROTATE_90(true, true, false);

    private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

    private final boolean swapsAxes;
    private final boolean mirrorsX;
    private final boolean mirrorsY;

    /** Mirrors are along the axes of the stored picture. */
    Orientation(boolean swapsAxes, boolean mirrorsX, boolean mirrorsY) {
        this.swapsAxes = swapsAxes;
        this.mirrorsX = mirrorsX;
        this.mirrorsY = mirrorsY;
    }

    /** The constant for a tag's value; everything outside 1 to 8 is {@link #NORMAL}, as in Pillow. */
    public static Orientation of(int value) {
        return value >= 1 && value <= 8 ? values()[value - 1] : NORMAL;
    }

    /** The tag's value, 1 to 8. */
    public int value() {
        return Arrays.asList(values()).indexOf(this) + 1;
    }

    /** The tag of an EXIF block, with or without the prefix that JPEG puts before it; empty: it has none. */
    public static OptionalInt ofExif(byte[] exif) {
        boolean prefixed = Arrays.mismatch(PREFIX, 0, PREFIX.length, exif, 0, Math.min(PREFIX.length, exif.length)) < 0;
        byte[] tiff = prefixed ? Arrays.copyOfRange(exif, PREFIX.length, exif.length) : exif;
        return TiffDirectory.read(tiff).first(TiffDirectory.ORIENTATION);
    }

    /** The picture, upright. */
    public PixelRows apply(PixelRows stored) {
        if (this == NORMAL) {
            return stored;
        }
        int width = swapsAxes ? stored.height() : stored.width();
        int height = swapsAxes ? stored.width() : stored.height();
        byte[] from = stored.samples();
        byte[] to = new byte[from.length];
        int column = mirrorsX ? -3 : 3;
        int row = 3 * (mirrorsY ? -stored.width() : stored.width());
        int start =
                (mirrorsX ? 3 * (stored.width() - 1) : 0) + (mirrorsY ? 3 * stored.width() * (stored.height() - 1) : 0);
        int stepX = swapsAxes ? row : column;
        int stepY = swapsAxes ? column : row;
        int out = 0;
        for (int y = 0; y < height; y++) {
            int in = start + y * stepY;
            for (int x = 0; x < width; x++) {
                to[out] = from[in];
                to[out + 1] = from[in + 1];
                to[out + 2] = from[in + 2];
                out += 3;
                in += stepX;
            }
        }
        return new PixelRows.Complete(width, height, to, stored.isYCbCr());
    }
}
