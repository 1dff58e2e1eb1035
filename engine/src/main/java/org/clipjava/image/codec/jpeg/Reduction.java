package org.clipjava.image.codec.jpeg;

/** How much smaller a picture is decoded, by leaving out its high frequencies. */
public enum Reduction {
    NONE(8),
    HALF(4),
    QUARTER(2),
    EIGHTH(1);

    /** Samples that the side of a block becomes, of a component that has them all. */
    private final int side;

    Reduction(int side) {
        this.side = side;
    }

    int side() {
        return side;
    }

    /** Pixels of a side that has so many in the file: rounded up. */
    public int of(int pixels) {
        return Math.ceilDiv(pixels, Blocks.SIDE / side);
    }

    /**
     * Pillow's choice: the most that leaves each side at least as long as wanted, by whole multiples; none if a side is shorter.
     *
     * @param width of the picture as it is stored
     * @param wantedWidth at least 1
     */
    public static Reduction of(int width, int height, int wantedWidth, int wantedHeight) {
        int times = Math.min(width / wantedWidth, height / wantedHeight);
        return times >= 8 ? EIGHTH : times >= 4 ? QUARTER : times >= 2 ? HALF : NONE;
    }
}
