package org.clipjava.image.codec.jp2;

import java.util.Arrays;

/** A tag tree (T.800, B.10.2): a number for each leaf of a rectangle, of which only so much is read as is asked for. */
final class TagTree {
    private static final int UNKNOWN = Integer.MAX_VALUE;
    private static final int MOST_LEVELS = 32;

    private final int[] parents;
    private final int[] values;
    private final int[] lowest;
    private final int[] path = new int[MOST_LEVELS];

    TagTree(int width, int height) {
        int nodes = 0;
        int w = width;
        int h = height;
        while (w * h > 1) {
            nodes += w * h;
            w = (w + 1) / 2;
            h = (h + 1) / 2;
        }
        nodes++;
        parents = new int[nodes];
        values = new int[nodes];
        lowest = new int[nodes];
        Arrays.fill(values, UNKNOWN);
        link(width, height);
    }

    private void link(int width, int height) {
        int from = 0;
        int w = width;
        int h = height;
        while (w * h > 1) {
            int next = from + w * h;
            int nextWidth = (w + 1) / 2;
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    parents[from + y * w + x] = next + y / 2 * nextWidth + x / 2;
                }
            }
            from = next;
            w = nextWidth;
            h = (h + 1) / 2;
        }
        parents[from] = -1;
    }

    /** Whether a leaf's number is below a threshold. */
    boolean isBelow(PacketBits bits, int leaf, int threshold) {
        int depth = 0;
        for (int node = leaf; node >= 0; node = parents[node]) {
            path[depth++] = node;
        }
        int low = 0;
        while (depth > 0) {
            int node = path[--depth];
            low = Math.max(low, lowest[node]);
            while (low < threshold && low < values[node]) {
                if (bits.bit() == 1) {
                    values[node] = low;
                } else {
                    low++;
                }
            }
            lowest[node] = low;
        }
        return values[leaf] < threshold;
    }
}
