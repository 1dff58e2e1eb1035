package org.clipjava.image.codec;

/** How much work a JPEG makes, for those that lie inside another file and are decoded by ImageIO alone. */
final class JpegScans {
    /** All passes together, in pixels: some 4 s, and 16 scans of the largest picture, where a usual one has 10. */
    static final long MAX_PIXELS = 16L * ImageSize.MAX_PIXELS;

    private JpegScans() {}

    /**
     * Pixels times scans, of the JPEG that starts at a byte and ends with its marker for that, or with the file; and a pixel
     * more for each of its bytes, since many parts of a file may share one JPEG.
     *
     * @param leastPixels what it counts as having if its header says less, or if there is none
     */
    static long work(byte[] file, long start, long leastPixels) {
        long pixels = leastPixels;
        long scans = 0;
        int at = Math.clamp(start, 0, file.length);
        while (at < file.length - 1) {
            int marker = (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
            if (marker == 0xffd9) {
                break;
            }
            boolean hasLength = marker >= 0xffc0 && marker < 0xffff && (marker < 0xffd0 || marker > 0xffd8);
            if (!hasLength || at + 4 > file.length) {
                at++; // a scan's data, or a marker without a segment
                continue;
            }
            if (marker == 0xffda) {
                scans++;
            } else if (marker <= 0xffcf && marker != 0xffc4 && marker != 0xffc8 && marker != 0xffcc) {
                pixels = Math.max(pixels, pixelsOfFrame(file, at));
            }
            at += 2 + ((file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff));
        }
        return pixels * Math.max(1, scans) + at - Math.min(start, at);
    }

    private static long pixelsOfFrame(byte[] file, int at) {
        if (at + 9 > file.length) {
            return 0;
        }
        int height = (file[at + 5] & 0xff) << 8 | (file[at + 6] & 0xff);
        int width = (file[at + 7] & 0xff) << 8 | (file[at + 8] & 0xff);
        return (long) width * height;
    }
}
