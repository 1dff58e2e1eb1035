package org.clipjava.image;

/**
 * How large a picture becomes whose sides are to be whole patches, no more of them than {@code most}: the largest scale that leaves it
 * so, found by halving, as SigLIP 2's processors do it. What halving leaves open decides between two sizes here and there, so it ends
 * where theirs does.
 *
 * @param side of a patch, in pixels
 */
record PatchFit(int side, int most) {
    private static final double PRECISION = 1e-5;
    private static final double LARGEST = 100;

    /** What the sides of a picture are multiplied with, before they are rounded up to whole patches. */
    double scale(int height, int width) {
        double least = PRECISION / 10;
        double greatest = LARGEST;
        while (greatest - least >= PRECISION) {
            double scale = (least + greatest) / 2;
            if (patches(height, scale) * patches(width, scale) <= most) {
                least = scale;
            } else {
                greatest = scale;
            }
        }
        return least;
    }

    /** Of a side of so many pixels. */
    long pixels(int size, double scale) {
        return side * patches(size, scale);
    }

    private long patches(int size, double scale) {
        return Math.max(1, (long) Math.ceil(size * scale / side));
    }
}
