package org.clipjava.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * How a stored picture must be turned to stand upright: the values 1 to 8 of EXIF's and TIFF's tag 0x0112.
 *
 * <p>The constants are named by what Pillow's {@code exif_transpose} does for them; rotations are counterclockwise.
 */
enum Orientation {
    NORMAL(false, false, false),
    FLIP_LEFT_RIGHT(false, true, false),
    ROTATE_180(false, true, true),
    FLIP_TOP_BOTTOM(false, false, true),
    TRANSPOSE(true, false, false),
    ROTATE_270(true, false, true),
    TRANSVERSE(true, true, true),
    ROTATE_90(true, true, false);

    private static final int TAG = 0x0112;

    /** Bytes of a value by TIFF type; 0: unknown. */
    private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};

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
    static Orientation of(long value) {
        return value >= 1 && value <= 8 ? values()[(int) value - 1] : NORMAL;
    }

    /**
     * Reads the tag from a TIFF header and its first directory, which is also what EXIF is.
     *
     * <p>As Pillow reads it: the last of several entries counts, entries of unknown type are skipped, and where the
     * directory or a value reaches beyond the data, what was read before stands. A broken header means no orientation.
     *
     * @return the value, which may be any number; empty if there is none
     */
    static OptionalInt read(byte[] tiff) {
        OptionalInt found = OptionalInt.empty();
        if (tiff.length < 8 || tiff[0] != tiff[1] || (tiff[0] != 'I' && tiff[0] != 'M')) {
            return found;
        }
        ByteBuffer data = ByteBuffer.wrap(tiff).order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = unsigned(data, 4);
        if (data.getShort(2) != 42 || directory + 2 > tiff.length) {
            return found;
        }
        int entries = data.getShort((int) directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (entry + 12 > tiff.length) {
                break;
            }
            int at = (int) entry;
            int type = data.getShort(at + 2) & 0xffff;
            int unit = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0;
            long size = unit * unsigned(data, at + 4);
            long value = size > 4 ? unsigned(data, at + 8) : at + 8;
            if (size > 4 && value + size > tiff.length) {
                break;
            }
            if (size > 0 && (data.getShort(at) & 0xffff) == TAG) {
                found = switch (type) {
                    case 3 -> OptionalInt.of(data.getShort((int) value) & 0xffff);
                    case 8 -> OptionalInt.of(data.getShort((int) value));
                    case 4, 9, 13 -> OptionalInt.of(data.getInt((int) value));
                    default -> OptionalInt.of(0);
                };
            }
        }
        return found;
    }

    private static long unsigned(ByteBuffer data, int at) {
        return data.getInt(at) & 0xffffffffL;
    }

    /** The picture, upright. */
    RgbImage apply(RgbImage stored) {
        if (this == NORMAL) {
            return stored;
        }
        int width = swapsAxes ? stored.height() : stored.width();
        int height = swapsAxes ? stored.width() : stored.height();
        byte[] from = stored.rgb();
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
        return RgbImage.of(width, height, to);
    }
}
