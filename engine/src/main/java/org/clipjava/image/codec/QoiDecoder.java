package org.clipjava.image.codec;

/** QOI, the "quite OK image": as Pillow. What follows the last pixel does not matter. */
final class QoiDecoder {
    private static final int HEADER_BYTES = 14;

    /** Pixels that a byte stands for at most. */
    private static final long MOST_OF_A_BYTE = 62;

    private QoiDecoder() {}

    static PixelRows decode(byte[] file, Background background) throws CodecException {
        FileCursor in = new FileCursor(file, "QOI");
        in.skip(4);
        long w = in.u32be();
        long h = in.u32be();
        boolean alpha = in.u8() == 4;
        in.seek(HEADER_BYTES);
        ImageSize.check(w, h);
        in.needForPixels(Math.ceilDiv(w * h, MOST_OF_A_BYTE), w, h);
        PixelRows rows = new PixelRows((int) w, (int) h, new byte[(int) (3 * w * h)]);
        fill(in, rows, alpha ? background : Background.NONE);
        return rows;
    }

    private static void fill(FileCursor in, PixelRows rows, Background background) throws CodecException {
        byte[] rgb = rows.rgb();
        int[] seen = new int[64];
        int pixel = 0xff; // red, green, blue, alpha
        int at = 0;
        while (at < rgb.length) {
            if (in.left() == 0) {
                throw endsInRow(in, rows, at);
            }
            int code = in.u8();
            int bytes = code == 0xfe ? 3 : code == 0xff ? 4 : code >> 6 == 2 ? 1 : 0;
            if (in.left() < bytes) {
                throw endsInRow(in, rows, at);
            }
            int run = 1;
            if (code == 0xfe) {
                pixel = in.u8() << 24 | in.u8() << 16 | in.u8() << 8 | (pixel & 0xff);
            } else if (code == 0xff) {
                pixel = (int) in.u32be();
            } else {
                switch (code >> 6) {
                    case 0 -> pixel = seen[code];
                    case 1 -> pixel = moved(pixel, (code >> 4 & 3) - 2, (code >> 2 & 3) - 2, (code & 3) - 2);
                    case 2 -> {
                        int green = (code & 63) - 32;
                        int others = in.u8();
                        pixel = moved(pixel, green + (others >> 4) - 8, green, green + (others & 15) - 8);
                    }
                    default -> run = (code & 63) + 1;
                }
            }
            if (code >= 0xfe || code >> 6 < 3) { // a run is seen already
                seen[hash(pixel)] = pixel;
            }
            for (int i = 0; i < run && at < rgb.length; i++) {
                rgb[at++] = (byte) (pixel >> 24);
                rgb[at++] = (byte) (pixel >> 16);
                rgb[at++] = (byte) (pixel >> 8);
                background.blend(rgb, at - 3, pixel & 0xff);
            }
        }
    }

    private static int moved(int pixel, int red, int green, int blue) {
        return (((pixel >>> 24) + red) & 0xff) << 24
                | (((pixel >> 16 & 0xff) + green) & 0xff) << 16
                | (((pixel >> 8 & 0xff) + blue) & 0xff) << 8
                | (pixel & 0xff);
    }

    private static int hash(int pixel) {
        return ((pixel >>> 24) * 3 + (pixel >> 16 & 0xff) * 5 + (pixel >> 8 & 0xff) * 7 + (pixel & 0xff) * 11) % 64;
    }

    private static CodecException endsInRow(FileCursor in, PixelRows rows, int at) {
        return in.truncated(
                "expected " + rows.height() + " rows of pixels, the file ends in row " + at / 3 / rows.width());
    }
}
