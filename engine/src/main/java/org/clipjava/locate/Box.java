package org.clipjava.locate;

/**
 * A part of a picture, in whole pixels of the upright picture. Immutable.
 *
 * @param xmin the first column
 * @param ymin the first row
 * @param xmax behind the last column
 * @param ymax behind the last row
 */
public record Box(int xmin, int ymin, int xmax, int ymax) {
    /**
     * A box of at least a pixel.
     *
     * @throws IllegalArgumentException if it is none
     */
    public Box {
        if (xmin < 0 || ymin < 0 || xmax <= xmin || ymax <= ymin) {
            throw new IllegalArgumentException(
                    "expected a box of at least one pixel, found " + xmin + ", " + ymin + ", " + xmax + ", " + ymax);
        }
    }

    /** In pixels. */
    public long area() {
        return (long) (xmax - xmin) * (ymax - ymin);
    }

    /** What both have in common, as a share of what they cover together: 0 to 1. */
    public double overlap(Box other) {
        long width = Math.min(xmax, other.xmax) - (long) Math.max(xmin, other.xmin);
        long height = Math.min(ymax, other.ymax) - (long) Math.max(ymin, other.ymin);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double common = (double) width * height;
        return common / (area() + other.area() - common);
    }
}
