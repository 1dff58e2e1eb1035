package org.clipjava.image.codec.jp2;

import java.util.List;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.Cmyk;
import org.clipjava.image.codec.CodecException;

/**
 * Which colours a picture's components are, as Pillow chooses by its mode and by the colour space, and how a row of them becomes RGB. For
 * one thread at a time.
 */
final class Channels {
    private static final int NOWHERE = -1;

    private final Jp2Boxes.Mode mode;
    private final Jp2Boxes boxes;
    private final List<Grid.Component> components;
    private final Background background;
    private final boolean ycc;
    private final byte[][] rows;

    private Channels(
            Jp2Boxes.Mode mode, boolean ycc, Jp2Boxes boxes, List<Grid.Component> components, Background background) {
        this.mode = mode;
        this.ycc = ycc;
        this.boxes = boxes;
        this.components = components;
        this.background = background;
        rows = new byte[components.size()][0];
    }

    /** Of a picture. */
    static Channels of(Jp2Boxes boxes, Grid grid, boolean bare, Background background) throws CodecException {
        List<Grid.Component> components = grid.components();
        Jp2Boxes.Mode mode = bare ? mode(components) : boxes.mode();
        int subsampled = firstSubsampled(components);
        Jp2Boxes.Space space = space(boxes.space(), components.size(), subsampled);
        boolean fits = switch (mode) {
            case GRAY, GRAY_16 -> space == Jp2Boxes.Space.GRAY && components.size() == 1;
            case GRAY_ALPHA -> space == Jp2Boxes.Space.GRAY && components.size() == 2;
            case PALETTE -> (space == Jp2Boxes.Space.RGB || space == Jp2Boxes.Space.CMYK) && components.size() == 1;
            case PALETTE_ALPHA -> space == Jp2Boxes.Space.RGB && components.size() == 2;
            case CMYK -> space == Jp2Boxes.Space.CMYK && components.size() == 4;
            case RGB, RGBA -> isRgb(space, components.size(), mode);
        };
        if (!fits || (subsampled != NOWHERE && components.size() < 3)) {
            throw Damage.unsupported("expected gray, RGB, YCC or CMYK of as many components, found " + components.size()
                    + (subsampled == NOWHERE ? "" : ", subsampled,") + " of another colour space");
        }
        return new Channels(mode, space == Jp2Boxes.Space.YCC, boxes, components, background);
    }

    private static Jp2Boxes.Mode mode(List<Grid.Component> components) {
        return switch (components.size()) {
            case 1 -> components.getFirst().bits() > 8 ? Jp2Boxes.Mode.GRAY_16 : Jp2Boxes.Mode.GRAY;
            case 2 -> Jp2Boxes.Mode.GRAY_ALPHA;
            case 3 -> Jp2Boxes.Mode.RGB;
            default -> Jp2Boxes.Mode.RGBA;
        };
    }

    private static int firstSubsampled(List<Grid.Component> components) {
        for (int c = 0; c < components.size(); c++) {
            if (components.get(c).dx() != 1 || components.get(c).dy() != 1) {
                return c;
            }
        }
        return NOWHERE;
    }

    private static Jp2Boxes.Space space(Jp2Boxes.Space named, int components, int subsampled) {
        if (named != Jp2Boxes.Space.UNKNOWN) {
            return named;
        }
        if (components < 3) {
            return Jp2Boxes.Space.GRAY;
        }
        return subsampled == 1 || subsampled == 2 ? Jp2Boxes.Space.YCC : Jp2Boxes.Space.RGB;
    }

    private static boolean isRgb(Jp2Boxes.Space space, int components, Jp2Boxes.Mode mode) {
        return switch (space) {
            case GRAY -> components < 3 || (components == 4 && mode == Jp2Boxes.Mode.RGBA);
            case RGB, YCC -> components >= 3;
            default -> false;
        };
    }

    /**
     * Writes the colours of a row.
     *
     * @param y counted from the tile's top
     * @param rgb three samples a pixel, from {@code at} on
     */
    void write(TileRows tile, int y, byte[] rgb, int at) {
        int width = tile.tileArea().width();
        for (int c = 0; c < rows.length; c++) {
            if (rows[c].length < width) {
                rows[c] = new byte[width];
            }
            scale(tile.row(c, y), components.get(c), rows[c], width);
        }
        switch (mode) {
            case PALETTE, PALETTE_ALPHA -> writePalette(width, rgb, at);
            case CMYK -> writeCmyk(width, rgb, at);
            default -> writeColors(width, rgb, at);
        }
    }

    /** Makes bytes of samples; where samples have fewer columns than the picture, they are repeated. */
    private void scale(int[] samples, Grid.Component component, byte[] row, int width) {
        int bits = component.bits();
        int offset = component.signed() ? 1 << (bits - 1) : 0;
        int dx = component.dx();
        for (int x = 0; x < width && samples.length > 0; x++) {
            row[x] = (byte) scaled(samples[Math.min(x / dx, samples.length - 1)] + offset, bits);
        }
    }

    private int scaled(int sample, int bits) {
        if (mode == Jp2Boxes.Mode.PALETTE || mode == Jp2Boxes.Mode.PALETTE_ALPHA) {
            return bits <= 8 ? sample : Math.min(sample, 255);
        }
        if (mode == Jp2Boxes.Mode.GRAY_16) {
            return (bits <= 16 ? sample << (16 - bits) : Math.min(rounded(sample, bits - 16), 0xffff)) >> 8;
        }
        return bits <= 8 ? sample << (8 - bits) : Math.min(rounded(sample, bits - 8), 255);
    }

    private static int rounded(int sample, int shift) {
        return (sample + (1 << (shift - 1))) >>> shift;
    }

    private void writeColors(int width, byte[] rgb, int at) {
        boolean gray = rows.length < 3;
        for (int x = 0; x < width; x++) {
            int to = at + 3 * x;
            rgb[to] = rows[0][x];
            rgb[to + 1] = rows[gray ? 0 : 1][x];
            rgb[to + 2] = rows[gray ? 0 : 2][x];
        }
        if (ycc) {
            Ycc.toRgb(rgb, at, width);
        }
        boolean alpha = mode == Jp2Boxes.Mode.GRAY_ALPHA || mode == Jp2Boxes.Mode.RGBA;
        if (alpha && rows.length % 2 == 0 && background.shows()) {
            byte[] opacity = rows[rows.length - 1];
            for (int x = 0; x < width; x++) {
                background.blend(rgb, at + 3 * x, opacity[x] & 0xff);
            }
        }
    }

    private void writePalette(int width, byte[] rgb, int at) {
        Jp2Boxes.Palette palette = boxes.palette().orElseThrow();
        int channels = palette.channels();
        for (int x = 0; x < width; x++) {
            int index = rows[0][x] & 0xff;
            System.arraycopy(palette.colors(), channels * index, rgb, at + 3 * x, 3);
            if (mode == Jp2Boxes.Mode.PALETTE_ALPHA) {
                background.blend(rgb, at + 3 * x, rows[1][x] & 0xff);
            } else if (channels == 4) {
                background.blend(rgb, at + 3 * x, palette.colors()[4 * index + 3] & 0xff);
            }
        }
    }

    private void writeCmyk(int width, byte[] rgb, int at) {
        byte[] cmyk = new byte[4 * width];
        for (int x = 0; x < width; x++) {
            for (int c = 0; c < 4; c++) {
                cmyk[4 * x + c] = rows[c][x];
            }
        }
        System.arraycopy(Cmyk.toRgb(cmyk, false), 0, rgb, at, 3 * width);
    }
}
