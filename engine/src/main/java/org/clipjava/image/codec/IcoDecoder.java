package org.clipjava.image.codec;

import java.util.Arrays;

/**
 * Windows icons: the picture that Pillow shows first, which is the largest by the directory, of several the one of the least depth, and
 * of several the first. It is a PNG or a BMP without its first header; a PNG's orientation is dropped.
 */
final class IcoDecoder {
    private static final int PNG_SIGNATURE = 0x89504e47;

    private IcoDecoder() {}

    /**
     * What the directory says of a picture.
     *
     * @param bits of a pixel; 0 if it does not say it
     */
    record Entry(int width, int height, int colors, int bits, long bytes, long offset) {
        private int depth() {
            if (bits != 0) {
                return bits;
            }
            return colors < 2 ? 256 : 32 - Integer.numberOfLeadingZeros(colors - 1);
        }

        private boolean isBefore(Entry other) {
            int area = width * height;
            int otherArea = other.width * other.height;
            return area > otherArea || (area == otherArea && depth() < other.depth());
        }
    }

    static PixelRows decode(byte[] file, Background background) throws CodecException {
        Entry shown = shown(file);
        FileCursor in = new FileCursor(file, "icon");
        in.seek(shown.offset);
        if (in.left() >= 8 && in.u32be() == (PNG_SIGNATURE & 0xffffffffL)) {
            return PngDecoder.decodeAsStored(Arrays.copyOfRange(file, (int) shown.offset, file.length), background);
        }
        BmpDecoder.IconPicture picture = BmpDecoder.decodeInIcon(file, shown.offset);
        checkMask(in, shown, picture);
        if (background.shows()) {
            blend(file, shown, picture, background);
        }
        return picture.rows();
    }

    /** The entry of the picture that is shown. */
    static Entry shown(byte[] file) throws CodecException {
        FileCursor in = new FileCursor(file, "icon");
        in.skip(4);
        int n = in.u16le();
        if (n == 0) {
            throw in.corrupt("expected a picture, found none");
        }
        Entry shown = read(in);
        for (int i = 1; i < n; i++) {
            Entry entry = read(in);
            shown = entry.isBefore(shown) ? entry : shown;
        }
        return shown;
    }

    private static Entry read(FileCursor in) throws CodecException {
        int width = in.u8();
        int height = in.u8();
        int colors = in.u8();
        in.skip(3);
        return new Entry(
                width == 0 ? 256 : width, height == 0 ? 256 : height, colors, in.u16le(), in.u32le(), in.u32le());
    }

    /** Of 32 bits each fourth byte of the pixels is alpha; of others there is a mask. Both go up. */
    private static void blend(byte[] file, Entry entry, BmpDecoder.IconPicture picture, Background background) {
        int width = picture.rows().width();
        int height = picture.rows().height();
        int stride = Math.ceilDiv(width, 32) * 4;
        int mask = (int) (entry.offset + entry.bytes) - stride * height;
        for (int i = 0; i < height; i++) {
            for (int x = 0; x < width; x++) {
                int alpha = entry.bits == 32
                        ? file[(int) picture.pixelsAt() + 4 * (i * width + x) + 3] & 0xff
                        : (file[mask + i * stride + (x >> 3)] >> (7 - (x & 7)) & 1) == 0 ? 255 : 0;
                background.blend(picture.rows().rgb(), 3 * ((height - 1 - i) * width + x), alpha);
            }
        }
    }

    /** What is transparent may be dropped, but it has to be there. */
    private static void checkMask(FileCursor in, Entry entry, BmpDecoder.IconPicture picture) throws CodecException {
        int width = picture.rows().width();
        int height = picture.rows().height();
        if (entry.bits == 32) {
            in.seek(picture.pixelsAt());
            in.needForPixels(4L * width * height, width, height);
            return;
        }
        long stride = Math.ceilDiv(width, 32) * 4L;
        long start = entry.offset + entry.bytes - stride * height;
        if (start < 0) {
            throw in.truncated(
                    "expected a mask of " + width + "x" + height + " pixels, found " + entry.bytes + " bytes");
        }
        in.seek(start);
        in.needForPixels(stride * (height - 1) + Math.ceilDiv(width, 8), width, height);
    }
}
