package org.clipjava.image.codec.jp2;

/** A tag tree (T.800, B.10.2): a number for each leaf of a rectangle, of which only so much is read as is asked for. */
final class TagTree {
    private static final int UNKNOWN = Integer.MAX_VALUE;
    private static final int[] LEAF_ALONE = {0};

    private final int width;

    /** Where a level's nodes begin, from the leaves up; each level has half as many columns and rows as the one below. */
    private final int[] levels;

    /** Of each node its number, if that is known, and what it is at least, by turns. */
    private final int[] nodes;

    TagTree(int width, int height) {
        this.width = width;
        int count = 1;
        while (size(width, count - 1) > 1 || size(height, count - 1) > 1) {
            count++;
        }
        levels = count == 1 ? LEAF_ALONE : new int[count];
        int sum = 0;
        for (int level = 0; level < count; level++) {
            levels[level] = sum;
            sum += size(width, level) * size(height, level);
        }
        nodes = new int[2 * sum];
        for (int node = 0; node < nodes.length; node += 2) {
            nodes[node] = UNKNOWN;
        }
    }

    private static int size(int leaves, int level) {
        return (leaves + (1 << level) - 1) >> level;
    }

    /** Whether a leaf's number is below a threshold. */
    boolean isBelow(PacketBits bits, int leaf, int threshold) {
        return numberBelow(bits, leaf, threshold) < threshold;
    }

    /** A leaf's number, or the threshold if it is not below that. */
    int numberBelow(PacketBits bits, int leaf, int threshold) {
        int x = leaf % width;
        int y = leaf / width;
        int low = 0;
        int number = UNKNOWN;
        for (int level = levels.length - 1; level >= 0; level--) {
            int node = 2 * (levels[level] + (y >> level) * size(width, level) + (x >> level));
            number = nodes[node];
            low = Math.max(low, nodes[node + 1]);
            while (low < threshold && low < number) {
                if (bits.bit() == 1) {
                    number = low;
                } else {
                    low++;
                }
            }
            nodes[node] = number;
            nodes[node + 1] = low;
        }
        return Math.min(number, threshold);
    }
}
