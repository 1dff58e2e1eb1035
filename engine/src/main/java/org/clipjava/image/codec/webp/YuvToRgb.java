package org.clipjava.image.codec.webp;

/**
 * Rows of luma and of chroma of half the size to RGB, as libwebp does by default: chroma interpolated between its four nearest
 * samples ("fancy upsampling"), colours by BT.601 in 14 bits behind the point.
 */
final class YuvToRgb {
    private YuvToRgb() {}

    /**
     * Converts a row.
     *
     * @param near where the chroma row begins that the luma row lies in, in both planes
     * @param far likewise the chroma row that is next nearest, above or below; at the picture's edges the same
     * @param out takes red, green and blue, and leaves a fourth channel as it is
     */
    static void row(
            byte[] luma,
            int lumaAt,
            byte[] u,
            byte[] v,
            int near,
            int far,
            int width,
            byte[] out,
            int outAt,
            int channels) {
        // U in the lower half, V in the upper one: their sums stay below 16 bits.
        int nearLeft = (u[near] & 0xff) | (v[near] & 0xff) << 16;
        int farLeft = (u[far] & 0xff) | (v[far] & 0xff) << 16;
        int uv = (3 * nearLeft + farLeft + 0x00020002) >>> 2;
        pixel(luma[lumaAt] & 0xff, uv & 0xff, uv >>> 16, out, outAt);
        int pairs = (width - 1) >> 1;
        int at = outAt + channels;
        for (int x = 1; x <= pairs; x++) {
            int nearRight = (u[near + x] & 0xff) | (v[near + x] & 0xff) << 16;
            int farRight = (u[far + x] & 0xff) | (v[far + x] & 0xff) << 16;
            int all = nearLeft + nearRight + farLeft + farRight + 0x00080008;
            int left = (((all + 2 * (nearRight + farLeft)) >>> 3) + nearLeft) >>> 1;
            int right = (((all + 2 * (nearLeft + farRight)) >>> 3) + nearRight) >>> 1;
            pixel(luma[lumaAt + 2 * x - 1] & 0xff, left & 0xff, left >>> 16 & 0xff, out, at);
            pixel(luma[lumaAt + 2 * x] & 0xff, right & 0xff, right >>> 16 & 0xff, out, at + channels);
            at += 2 * channels;
            nearLeft = nearRight;
            farLeft = farRight;
        }
        if ((width & 1) == 0) {
            uv = (3 * nearLeft + farLeft + 0x00020002) >>> 2;
            pixel(luma[lumaAt + width - 1] & 0xff, uv & 0xff, uv >>> 16, out, at);
        }
    }

    private static void pixel(int y, int u, int v, byte[] out, int at) {
        int scaled = (y * 19077) >> 8;
        out[at] = unsigned8(scaled + ((v * 26149) >> 8) - 14234);
        out[at + 1] = unsigned8(scaled - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
        out[at + 2] = unsigned8(scaled + ((u * 33050) >> 8) - 17685);
    }

    private static byte unsigned8(int value) {
        return (byte) Math.max(0, Math.min(255, value >> 6));
    }
}
