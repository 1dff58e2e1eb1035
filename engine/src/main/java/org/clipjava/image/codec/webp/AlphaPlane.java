package org.clipjava.image.codec.webp;

import org.clipjava.image.codec.CodecException;

/**
 * The ALPH chunk beside a VP8 frame: a byte for each pixel, as it is or as VP8L's green, perhaps less what its neighbours let
 * expect. That levels may have been lessened before (a flag) changes nothing.
 */
final class AlphaPlane {
    private static final int RAW = 0;
    private static final int VP8L = 1;

    private static final int HORIZONTAL = 1;
    private static final int VERTICAL = 2;
    private static final int GRADIENT = 3;

    private final int width;
    private final int filter;
    private final FrameArea area;

    private AlphaPlane(int width, int filter, FrameArea area) {
        this.width = width;
        this.filter = filter;
        this.area = area;
    }

    /** Decodes a frame's alpha to the fourth channel; where there is none it is read all the same, and refused if it is broken. */
    static void decode(byte[] file, Container.Frame frame, FrameArea area, Damage damage) throws CodecException {
        Container.Stretch chunk = frame.alpha().orElseThrow();
        if (chunk.length() < 2) {
            throw damage.truncated("ALPH: expected at least 2 bytes, found " + chunk.length());
        }
        int width = frame.header().width();
        int height = frame.header().height();
        int flags = file[chunk.start()] & 0xff;
        int method = flags & 3;
        int preprocessing = flags >> 4 & 3;
        if (method > VP8L || preprocessing > 1 || flags >> 6 != 0) {
            throw damage.corrupt(
                    "ALPH: expected a method and preprocessing of 0 or 1 each, found flags %02x".formatted(flags));
        }
        AlphaPlane plane = new AlphaPlane(width, flags >> 2 & 3, area);
        Container.Stretch data = new Container.Stretch(chunk.start() + 1, chunk.end());
        if (method == RAW) {
            if (data.length() < width * height) {
                throw damage.truncated("ALPH: expected " + width * height + " bytes, found " + data.length());
            }
            for (int y = 0; y < height && area.hasAlpha(); y++) {
                plane.takeRaw(y, file, data.start() + y * width);
            }
        } else {
            LosslessDecoder.decodeAlpha(file, data, width, height, plane::takeGreen, damage);
        }
    }

    private void takeRaw(int y, byte[] file, int from) {
        int at = area.row(y) + 3;
        for (int x = 0; x < width; x++, at += 4) {
            area.pixels()[at] = file[from + x];
        }
        undoFilter(y);
    }

    private void takeGreen(int y, int[] row) {
        if (area.hasAlpha()) {
            int at = area.row(y) + 3;
            for (int x = 0; x < width; x++, at += 4) {
                area.pixels()[at] = (byte) (row[x] >> 8);
            }
            undoFilter(y);
        }
    }

    /** The first row knows its left neighbours alone, and the first pixel of others the one above it. */
    private void undoFilter(int y) {
        byte[] p = area.pixels();
        int first = area.row(y) + 3;
        int end = first + 4 * width;
        int above = area.stride();
        if (filter == HORIZONTAL || (filter != 0 && y == 0)) {
            if (y > 0) {
                p[first] += p[first - above];
            }
            for (int at = first + 4; at < end; at += 4) {
                p[at] += p[at - 4];
            }
        } else if (filter == VERTICAL) {
            for (int at = first; at < end; at += 4) {
                p[at] += p[at - above];
            }
        } else if (filter == GRADIENT) {
            p[first] += p[first - above];
            for (int at = first + 4; at < end; at += 4) {
                int sum = (p[at - 4] & 0xff) + (p[at - above] & 0xff) - (p[at - above - 4] & 0xff);
                p[at] += (byte) Math.max(0, Math.min(255, sum));
            }
        }
    }
}
