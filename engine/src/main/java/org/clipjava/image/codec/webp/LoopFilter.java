package org.clipjava.image.codec.webp;

/**
 * VP8's filters of the edges between blocks, RFC 6386 section 15.
 *
 * <p>An edge is given by the first sample behind it: {@code across} leads over it, {@code along} to its next sample. Names of
 * samples are the RFC's: p3 to p0 before the edge, q0 to q3 behind it.
 */
final class LoopFilter {
    private LoopFilter() {}

    /** The simple filter, of luma alone. */
    static void simple(byte[] s, int at, int across, int along, int size, int limit) {
        int threshold = 2 * limit + 1;
        for (int i = 0; i < size; i++, at += along) {
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) <= threshold) {
                two(s, at, across, p1, p0, q0, q1);
            }
        }
    }

    /** The normal filter between macroblocks, which changes up to three samples on each side. */
    static void betweenMacroblocks(
            byte[] s, int at, int across, int along, int size, int limit, int innerLimit, int highVariance) {
        int threshold = 2 * limit + 1;
        for (int i = 0; i < size; i++, at += along) {
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > threshold) {
                continue;
            }
            int p2 = s[at - 3 * across] & 0xff;
            int q2 = s[at + 2 * across] & 0xff;
            if (isRough(s, at, across, p2, p1, p0, q0, q1, q2, innerLimit)) {
                continue;
            }
            if (Math.abs(p1 - p0) > highVariance || Math.abs(q1 - q0) > highVariance) {
                two(s, at, across, p1, p0, q0, q1);
            } else {
                int a = signed8(3 * (q0 - p0) + signed8(p1 - q1));
                int a1 = (27 * a + 63) >> 7;
                int a2 = (18 * a + 63) >> 7;
                int a3 = (9 * a + 63) >> 7;
                s[at - 3 * across] = unsigned8(p2 + a3);
                s[at - 2 * across] = unsigned8(p1 + a2);
                s[at - across] = unsigned8(p0 + a1);
                s[at] = unsigned8(q0 - a1);
                s[at + across] = unsigned8(q1 - a2);
                s[at + 2 * across] = unsigned8(q2 - a3);
            }
        }
    }

    /** The normal filter within a macroblock, which changes up to two samples on each side. */
    static void withinMacroblock(
            byte[] s, int at, int across, int along, int size, int limit, int innerLimit, int highVariance) {
        int threshold = 2 * limit + 1;
        for (int i = 0; i < size; i++, at += along) {
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > threshold) {
                continue;
            }
            int p2 = s[at - 3 * across] & 0xff;
            int q2 = s[at + 2 * across] & 0xff;
            if (isRough(s, at, across, p2, p1, p0, q0, q1, q2, innerLimit)) {
                continue;
            }
            if (Math.abs(p1 - p0) > highVariance || Math.abs(q1 - q0) > highVariance) {
                two(s, at, across, p1, p0, q0, q1);
            } else {
                int a = 3 * (q0 - p0);
                int a1 = signed5((a + 4) >> 3);
                int a2 = signed5((a + 3) >> 3);
                int a3 = (a1 + 1) >> 1;
                s[at - 2 * across] = unsigned8(p1 + a3);
                s[at - across] = unsigned8(p0 + a2);
                s[at] = unsigned8(q0 - a1);
                s[at + across] = unsigned8(q1 - a3);
            }
        }
    }

    private static boolean isRough(
            byte[] s, int at, int across, int p2, int p1, int p0, int q0, int q1, int q2, int innerLimit) {
        return Math.abs(p1 - p0) > innerLimit
                || Math.abs(q1 - q0) > innerLimit
                || Math.abs(p2 - p1) > innerLimit
                || Math.abs(q2 - q1) > innerLimit
                || Math.abs((s[at - 4 * across] & 0xff) - p2) > innerLimit
                || Math.abs((s[at + 3 * across] & 0xff) - q2) > innerLimit;
    }

    private static void two(byte[] s, int at, int across, int p1, int p0, int q0, int q1) {
        int a = 3 * (q0 - p0) + signed8(p1 - q1);
        s[at - across] = unsigned8(p0 + signed5((a + 3) >> 3));
        s[at] = unsigned8(q0 - signed5((a + 4) >> 3));
    }

    private static int signed8(int value) {
        return Math.max(-128, Math.min(127, value));
    }

    private static int signed5(int value) {
        return Math.max(-16, Math.min(15, value));
    }

    private static byte unsigned8(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
