package org.clipjava.image.codec;

import java.util.Map;

/**
 * BMP, and the same without its first 14 bytes (DIB), as it also lies in icons: 1, 4, 8, 16, 24 and 32 bits a pixel, bit fields in the
 * layouts that Pillow knows, run lengths of 4 and 8 bits, headers of Windows and OS/2, rows that go up or down. The
 * size of the file that the header gives is not looked at.
 *
 * <p>As Pillow, but for three things that it gets wrong: literal runs of 4 bits whose number is odd are read whole, a palette of black
 * and white or of grays is a palette whatever the depth, and a wrong number of colours is not an error.
 */
final class BmpDecoder {
    private static final int FILE_HEADER_BYTES = 14;

    /** Of OS/2, with sizes of 16 bits. */
    private static final int SMALL_HEADER_BYTES = 12;

    private static final int PLAIN = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BIT_FIELDS = 3;

    /** Pixels that a byte of run lengths stands for at most. Jumps could stand for more, which nobody writes. */
    private static final long MOST_OF_RLE = 1 << 15;

    /** Where red, green and blue lie. */
    private static final int[] BGR = {2, 1, 0};

    /** By red, green, blue and alpha, the bytes of red, green and blue. */
    private static final Map<Masks, int[]> BYTES_OF_MASKS = Map.of(
            new Masks(0xff0000, 0xff00, 0xff, 0), BGR,
            new Masks(0xff000000, 0xff0000, 0xff00, 0), new int[] {3, 2, 1},
            new Masks(0xff000000, 0xff00, 0xff, 0), new int[] {3, 1, 0},
            new Masks(0xff000000, 0xff0000, 0xff00, 0xff), new int[] {3, 2, 1},
            new Masks(0xff, 0xff00, 0xff0000, 0xff000000), new int[] {0, 1, 2},
            new Masks(0xff0000, 0xff00, 0xff, 0xff000000), BGR,
            new Masks(0xff000000, 0xff00, 0xff, 0xff0000), new int[] {3, 1, 0},
            new Masks(0, 0, 0, 0), BGR);

    private record Masks(int red, int green, int blue, int alpha) {
        boolean isRgb(int r, int g, int b) {
            return red == r && green == g && blue == b;
        }
    }

    /** Width and height; in an icon the height counts the mask, too. */
    private record Size(long width, long height, boolean down) {}

    private final byte[] file;
    private final Background background;
    private final FileCursor in;
    private final boolean icon;
    private int width;
    private int height;
    private boolean down;
    private int bits;
    private long compression;
    private Masks masks = new Masks(0, 0, 0, 0);
    private byte[] palette = new byte[0];
    private long pixelsAt;

    private BmpDecoder(byte[] file, boolean icon, Background background) {
        this.file = file;
        this.background = background;
        this.icon = icon;
        in = new FileCursor(file, icon ? "icon" : "BMP");
    }

    /** Decodes a file that starts with BMP's signature, or with a header alone. */
    static PixelRows decode(byte[] file, Background background) throws CodecException {
        BmpDecoder decoder = new BmpDecoder(file, false, background);
        long offset = 0;
        if (file[0] == 'B') {
            decoder.in.seek(10);
            offset = decoder.in.u32le();
        }
        return decoder.decodeFrom(offset);
    }

    /** The picture in an icon: half as high as its header says. */
    record IconPicture(PixelRows rows, long pixelsAt) {}

    /** Decodes what lies in an icon, from its header on. */
    static IconPicture decodeInIcon(byte[] file, long at) throws CodecException {
        BmpDecoder decoder = new BmpDecoder(file, true, Background.NONE);
        decoder.in.seek(at);
        PixelRows rows = decoder.decodeFrom(0);
        return new IconPicture(rows, decoder.pixelsAt);
    }

    /** Whether there are headers of this size. */
    static boolean isHeaderSize(long bytes) {
        return bytes == 12 || bytes == 40 || bytes == 52 || bytes == 56 || bytes == 64 || bytes == 108 || bytes == 124;
    }

    private PixelRows decodeFrom(long pixelOffset) throws CodecException {
        long headerAt = in.at();
        long headerBytes = in.u32le();
        if (!isHeaderSize(headerBytes)) {
            throw in.corrupt("expected a header of 12, 40, 52, 56, 64, 108 or 124 bytes, found one of " + headerBytes);
        }
        boolean small = headerBytes == SMALL_HEADER_BYTES;
        Size size = readSize(small);
        long rows = icon ? size.height / 2 : size.height;
        ImageSize.check(size.width, rows);
        width = (int) size.width;
        height = (int) rows;
        down = size.down;
        in.skip(2); // planes
        bits = in.u16le();
        long colors = 0;
        if (!small) {
            compression = in.u32le();
            in.skip(12);
            colors = in.u32le();
            readMasks(headerAt, headerBytes);
        }
        checkKind();
        long entries = colors == 0 ? 1L << bits : colors;
        int entryBytes = small ? 3 : 4;
        long paletteAt = in.at();
        long paletteEnd = bits <= 8 ? Math.min(file.length, paletteAt + entryBytes * entries) : paletteAt;
        if (bits <= 8) {
            palette = readPalette((int) paletteAt, (int) paletteEnd, entryBytes);
        }
        pixelsAt = pixelOffset == 0 ? paletteEnd : pixelOffset;
        if (bits <= 8 && pixelOffset == FILE_HEADER_BYTES + headerBytes) {
            pixelsAt += entryBytes * entries; // some writers forget the palette
        }
        in.seek(pixelsAt);
        return compression == RLE8 || compression == RLE4 ? readRuns() : readPlain();
    }

    private Size readSize(boolean small) throws CodecException {
        if (small) {
            return new Size(in.u16le(), in.u16le(), false);
        }
        long w = (int) in.u32le();
        long h = in.u32le();
        boolean down = h >> 24 == 0xff || h == 1L << 31;
        return new Size(w, down ? (1L << 32) - h : h, down);
    }

    private void readMasks(long headerAt, long headerBytes) throws CodecException {
        long end = headerBytes;
        if (compression == BIT_FIELDS) { // behind a header of 40 bytes, in all larger ones
            in.seek(headerAt + 40);
            int red = (int) in.u32le();
            int green = (int) in.u32le();
            int blue = (int) in.u32le();
            masks = new Masks(red, green, blue, headerBytes >= 56 ? (int) in.u32le() : 0);
            end = Math.max(end, 52);
        }
        in.seek(headerAt);
        in.skip(end);
    }

    private void checkKind() throws CodecException {
        boolean known = bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
        boolean runs = (compression == RLE8 || compression == RLE4) && (bits == 4 || bits == 8);
        boolean fields = compression == BIT_FIELDS
                && switch (bits) {
                    case 16 -> masks.isRgb(0xf800, 0x7e0, 0x1f) || masks.isRgb(0x7c00, 0x3e0, 0x1f);
                    case 24 -> masks.isRgb(0xff0000, 0xff00, 0xff);
                    case 32 -> BYTES_OF_MASKS.containsKey(masks);
                    default -> false;
                };
        if (!known || !(compression == PLAIN || runs || fields)) {
            throw in.unsupported(
                    "expected pixels of 1, 4, 8, 16, 24 or 32 bits, plain, as run lengths of 4 or 8 bits or in usual bit"
                            + " fields, found " + bits + " bits, compression " + compression);
        }
    }

    private byte[] readPalette(int from, int to, int entryBytes) {
        byte[] colors = new byte[3 * Math.min(256, (to - from) / entryBytes)];
        for (int i = 0; i < colors.length; i++) {
            colors[i] = file[from + i / 3 * entryBytes + 2 - i % 3];
        }
        return Palette.of(colors);
    }

    private PixelRows readPlain() throws CodecException {
        long stride = ((long) width * bits + 31) / 32 * 4;
        long rowBytes = ((long) width * bits + 7) / 8;
        in.needForPixels(stride * (height - 1) + rowBytes, width, height);
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < height; i++) {
            expand((int) (in.at() + i * stride), rgb, 3 * width * (down ? i : height - 1 - i));
        }
        return new PixelRows(width, height, rgb);
    }

    private void expand(int from, byte[] rgb, int to) {
        switch (bits) {
            case 16 -> {
                boolean sixGreens = masks.red == 0xf800;
                for (int x = 0; x < width; x++) {
                    int pixel = (file[from + 2 * x] & 0xff) | (file[from + 2 * x + 1] & 0xff) << 8;
                    rgb[to + 3 * x] = (byte) ((pixel >> (sixGreens ? 11 : 10) & 31) * 255 / 31);
                    rgb[to + 3 * x + 1] =
                            (byte) (sixGreens ? (pixel >> 5 & 63) * 255 / 63 : (pixel >> 5 & 31) * 255 / 31);
                    rgb[to + 3 * x + 2] = (byte) ((pixel & 31) * 255 / 31);
                }
            }
            case 24, 32 -> {
                int[] bytes = bits == 24 ? BGR : BYTES_OF_MASKS.getOrDefault(masks, BGR);
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < 3; c++) {
                        rgb[to + 3 * x + c] = file[from + bits / 8 * x + bytes[c]];
                    }
                    if (compression == BIT_FIELDS && bits == 32) {
                        background.blend(rgb, to + 3 * x, alpha(from + 4 * x));
                    }
                }
            }
            default -> {
                int mask = (1 << bits) - 1;
                for (int x = 0; x < width; x++) {
                    int bit = x * bits;
                    int index = (file[from + (bit >> 3)] & 0xff) >> (8 - bits - (bit & 7)) & mask;
                    System.arraycopy(palette, 3 * index, rgb, to + 3 * x, 3);
                }
            }
        }
    }

    private int alpha(int pixel) {
        int mask = masks.equals(new Masks(0, 0, 0, 0)) ? 0xff000000 : masks.alpha;
        return mask == 0 ? 255 : file[pixel + Integer.numberOfTrailingZeros(mask) / 8] & 0xff;
    }

    private PixelRows readRuns() throws CodecException {
        in.needForPixels((long) width * height / MOST_OF_RLE, width, height);
        Runs runs = new Runs();
        if (runs.read(new byte[0], 0) < (long) width * height) { // only counted, before room is made for them
            throw in.truncated("expected " + height + " rows of pixels, the data end in row " + runs.written / width);
        }
        // The indices lie in the last third of what becomes the pixels, which stay behind them from the first to the
        // last.
        byte[] rgb = new byte[3 * width * height];
        int at = 2 * width * height;
        new Runs().read(rgb, at);
        if (!down) {
            turnRows(rgb, at);
        }
        for (int i = 0; i < width * height; i++) {
            System.arraycopy(palette, 3 * (rgb[at + i] & 0xff), rgb, 3 * i, 3);
        }
        return new PixelRows(width, height, rgb);
    }

    private void turnRows(byte[] indices, int at) {
        byte[] row = new byte[width];
        for (int y = 0; y < height / 2; y++) {
            int upper = at + y * width;
            int lower = at + (height - 1 - y) * width;
            System.arraycopy(indices, upper, row, 0, width);
            System.arraycopy(indices, lower, indices, upper, width);
            System.arraycopy(row, 0, indices, lower, width);
        }
    }

    /** Reads run lengths, once. */
    private final class Runs {
        private long at = pixelsAt;
        private long written;
        private byte[] out = new byte[0];
        private int outAt;

        /** Fills {@code indices} from a place on, if there is room in it; returns how many there were, as far as there is room for them in a picture. */
        long read(byte[] indices, int from) {
            out = indices;
            outAt = from;
            long wanted = (long) width * height;
            long x = 0;
            while (written < wanted && at + 2 <= file.length) {
                int count = next();
                int code = next();
                if (count > 0) {
                    int fitting = Math.clamp(width - x, 0, count);
                    for (int i = 0; i < fitting; i++) {
                        put(compression == RLE8 ? code : i % 2 == 0 ? code >> 4 : code & 15);
                    }
                    x += fitting;
                } else if (code == 0) {
                    written = Math.ceilDiv(written, (long) width) * width;
                    x = 0;
                } else if (code == 1 || (code == 2 && at + 2 > file.length)) {
                    break;
                } else if (code == 2) {
                    written += next() + (long) next() * width;
                    x = written % width;
                } else if (readLiterals(code)) {
                    x += code;
                } else {
                    break;
                }
            }
            return Math.min(written, wanted);
        }

        private int next() {
            return file[(int) at++] & 0xff;
        }

        private void put(int index) {
            if (outAt + written < out.length) {
                out[outAt + (int) written] = (byte) index;
            }
            written++;
        }

        /** Whether they were all there. */
        private boolean readLiterals(int count) {
            int there = (int) Math.min(compression == RLE8 ? count : (count + 1) / 2, file.length - at);
            for (int i = 0; i < there; i++) {
                int literal = next();
                if (compression == RLE8) {
                    put(literal);
                } else {
                    put(literal >> 4);
                    if (2 * i + 1 < count) {
                        put(literal & 15);
                    }
                }
            }
            at += at % 2; // they end at an even place of the file
            return there == (compression == RLE8 ? count : (count + 1) / 2);
        }
    }
}
