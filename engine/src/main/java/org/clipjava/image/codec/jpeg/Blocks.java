package org.clipjava.image.codec.jpeg;

/** Blocks of 8 x 8, and the order that their coefficients come in. */
final class Blocks {
    static final int SIDE = 8;
    static final int SIZE = SIDE * SIDE;

    /**
     * Where each coefficient of the zigzag belongs in a block that is stored row by row. 16 more, since a run of zeros in
     * damaged data leads that far; those go where they do least harm, as in libjpeg.
     */
    static final byte[] NATURAL_ORDER = naturalOrder();

    private Blocks() {}

    private static byte[] naturalOrder() {
        byte[] order = new byte[SIZE + 16];
        int row = 0;
        int column = 0;
        for (int i = 0; i < order.length; i++) {
            order[i] = (byte) (i < SIZE ? row * SIDE + column : SIZE - 1);
            boolean up = (row + column) % 2 == 0;
            if ((up && column == SIDE - 1) || (!up && row < SIDE - 1 && column == 0)) {
                row++;
            } else if ((up && row == 0) || (!up && row == SIDE - 1)) {
                column++;
            } else {
                row += up ? -1 : 1;
                column += up ? 1 : -1;
            }
        }
        return order;
    }
}
