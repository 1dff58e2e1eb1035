package org.clipjava.image.codec.webp;

/** Pixels of four bytes, alpha the uppermost; each byte is computed with for itself. */
final class Argb {
    static final int BLACK = 0xff000000;

    private Argb() {}

    static int add(int a, int b) {
        return ((a & 0xff00ff00) + (b & 0xff00ff00) & 0xff00ff00) | ((a & 0x00ff00ff) + (b & 0x00ff00ff) & 0x00ff00ff);
    }

    /** Rounded down. */
    static int mean(int a, int b) {
        return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
    }

    /** Of left and above that which is nearer to left plus above less their corner; above where both are. */
    static int select(int left, int above, int corner) {
        int leftDistance = 0;
        int aboveDistance = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int c = corner >>> shift & 0xff;
            leftDistance += Math.abs((above >>> shift & 0xff) - c);
            aboveDistance += Math.abs((left >>> shift & 0xff) - c);
        }
        return leftDistance < aboveDistance ? left : above;
    }

    /** Left plus above less their corner. */
    static int gradient(int left, int above, int corner) {
        int pixel = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int sum = (left >>> shift & 0xff) + (above >>> shift & 0xff) - (corner >>> shift & 0xff);
            pixel |= clamp(sum) << shift;
        }
        return pixel;
    }

    /** The mean of left and above, and half of its distance from their corner more. */
    static int halfGradient(int left, int above, int corner) {
        int mean = mean(left, above);
        int pixel = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int m = mean >>> shift & 0xff;
            pixel |= clamp(m + (m - (corner >>> shift & 0xff)) / 2) << shift;
        }
        return pixel;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
