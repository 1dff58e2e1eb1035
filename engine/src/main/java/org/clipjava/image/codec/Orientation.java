package org.clipjava.image.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

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

    /** Whether width and height change places. */
    public boolean swapsAxes() {
        return swapsAxes;
    }

    /** The tag's value, 1 to 8. */
    public int value() {
        return Arrays.asList(values()).indexOf(this) + 1;
    }

    /**
     * The tag of an EXIF block, with or without the prefix that JPEG puts before it, however often; empty: it has none. A value that is
     * no integer of 16 or 32 bits means upright, and keeps XMP from being asked, as in Pillow.
     */
    public static OptionalInt ofExif(byte[] exif) {
        int start = 0;
        while (exif.length - start >= PREFIX.length
                && Arrays.equals(PREFIX, 0, PREFIX.length, exif, start, start + PREFIX.length)) {
            start += PREFIX.length;
        }
        byte[] tiff = start > 0 ? Arrays.copyOfRange(exif, start, exif.length) : exif;
        TiffDirectory tags = TiffDirectory.read(tiff);
        OptionalInt value = tags.first(TiffDirectory.ORIENTATION);
        return value.isEmpty() && tags.count(TiffDirectory.ORIENTATION) > 0 ? OptionalInt.of(NORMAL.value()) : value;
    }

    /** What an XMP packet says, which Pillow asks where EXIF does not know; empty: nothing. */
    public static OptionalInt ofXmp(byte[] packet) {
        Matcher matcher = XMP.matcher(new String(packet, ISO_8859_1));
        return matcher.find() ? OptionalInt.of(matcher.group(1).charAt(0) - '0') : OptionalInt.empty();
    }

    /** The picture, upright. */
    public PixelRows apply(PixelRows stored) {
        if (this == NORMAL) {
            return stored;
        }
        Turn turn = turn(stored.width(), stored.height());
        turn.rows(0, stored.height(), stored.rgb());
        return turn.upright();
    }

    /** Turns a stored picture of this size as its rows come. */
    public Turn turn(int width, int height) {
        return new Turn(this, width, height);
    }

    /** A picture that is being turned: its stored rows go in. For one thread at a time. */
    public static final class Turn {
        /** Rows whose pixels are written together: turned by 90 degrees they lie side by side. */
        private static final int ROWS = 32;

        private final int storedWidth;
        private final PixelRows upright;
        private final int origin;

        /** From a stored pixel to the one on its right, in the upright picture. */
        private final int stepX;

        /** From a stored pixel to the one below, in the upright picture. */
        private final int stepY;

        private Turn(Orientation orientation, int width, int height) {
            boolean swaps = orientation.swapsAxes;
            storedWidth = width;
            int uprightWidth = swaps ? height : width;
            upright = new PixelRows(uprightWidth, swaps ? width : height, new byte[3 * width * height]);
            int acrossRows = 3 * uprightWidth;
            stepX = (swaps ? acrossRows : 3) * (orientation.mirrorsX ? -1 : 1);
            stepY = (swaps ? 3 : acrossRows) * (orientation.mirrorsY ? -1 : 1);
            origin = (orientation.mirrorsX ? -stepX * (width - 1) : 0)
                    + (orientation.mirrorsY ? -stepY * (height - 1) : 0);
        }

        /**
         * Puts some rows to their places.
         *
         * @param y of the first stored row
         * @param rgb [count, width, 3] from its start on
         */
        public void rows(int y, int count, byte[] rgb) {
            for (int from = 0; from < count; from += ROWS) {
                some(y + from, Math.min(ROWS, count - from), rgb, 3 * from * storedWidth);
            }
        }

        private void some(int y, int count, byte[] from, int at) {
            byte[] to = upright.rgb();
            for (int x = 0; x < storedWidth; x++) {
                int in = at + 3 * x;
                int out = origin + x * stepX + y * stepY;
                for (int i = 0; i < count; i++) {
                    to[out] = from[in];
                    to[out + 1] = from[in + 1];
                    to[out + 2] = from[in + 2];
                    in += 3 * storedWidth;
                    out += stepY;
                }
            }
        }

        /** The picture, whole once all rows were put in. */
        public PixelRows upright() {
            return upright;
        }
    }
}
