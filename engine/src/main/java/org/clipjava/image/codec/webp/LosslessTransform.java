package org.clipjava.image.codec.webp;

import java.util.Arrays;

/** What a VP8L encoder did to the pixels, undone a row at a time, in place and from the first row on. */
sealed interface LosslessTransform {
    int PREDICTOR = 0;
    int CROSS_COLOR = 1;
    int SUBTRACT_GREEN = 2;
    int COLOR_INDEXING = 3;

    /**
     * Undoes it for row {@code y}.
     *
     * @param row pixels as ARGB, as many as the picture has in a row
     */
    void undo(int y, int[] row);

    /** Pixels in blocks: how many blocks cover {@code size} pixels. */
    static int blocks(int size, int bits) {
        return (size + (1 << bits) - 1) >> bits;
    }

    /** Green was subtracted from red and blue. */
    record SubtractGreen(int width) implements LosslessTransform {
        @Override
        public void undo(int y, int[] row) {
            for (int x = 0; x < width; x++) {
                int argb = row[x];
                int green = argb >>> 8 & 0xff;
                int redBlue = (argb & 0x00ff00ff) + (green << 16 | green) & 0x00ff00ff;
                row[x] = (argb & 0xff00ff00) | redBlue;
            }
        }
    }

    /**
     * Red and blue were lessened by multiples of green and red, others in each block.
     *
     * @param factors a pixel for each block: green to red, green to blue, red to blue, from the lowest byte on
     */
    record CrossColor(int width, int bits, int[] factors) implements LosslessTransform {
        @Override
        public void undo(int y, int[] row) {
            int block = (y >> bits) * blocks(width, bits);
            for (int from = 0; from < width; from += 1 << bits, block++) {
                int to = Math.min(width, from + (1 << bits));
                byte greenToRed = (byte) factors[block];
                byte greenToBlue = (byte) (factors[block] >> 8);
                byte redToBlue = (byte) (factors[block] >> 16);
                for (int x = from; x < to; x++) {
                    int argb = row[x];
                    byte green = (byte) (argb >> 8);
                    int red = (argb >> 16) + ((greenToRed * green) >> 5) & 0xff;
                    int blue = argb + ((greenToBlue * green) >> 5) + ((redToBlue * (byte) red) >> 5) & 0xff;
                    row[x] = (argb & 0xff00ff00) | red << 16 | blue;
                }
            }
        }
    }

    /**
     * Pixels are indices into a palette, in green; several of them in one pixel where the palette is small.
     *
     * @param bits 0 to 3: two to the power of it are packed in a pixel
     * @param palette as many colours as an index can name
     */
    record ColorIndexing(int width, int bits, int[] palette) implements LosslessTransform {
        /** With the palette as it is stored: each colour less the one before it. */
        static ColorIndexing of(int width, int bits, int[] differences) {
            int[] palette = Arrays.copyOf(differences, 1 << (8 >> bits));
            for (int i = 1; i < differences.length; i++) {
                palette[i] = Argb.add(palette[i], palette[i - 1]);
            }
            return new ColorIndexing(width, bits, palette);
        }

        @Override
        public void undo(int y, int[] row) {
            int indexBits = 8 >> bits;
            int mask = (1 << indexBits) - 1;
            int within = (1 << bits) - 1;
            // From the end, since a row grows.
            for (int x = width - 1; x >= 0; x--) {
                int packed = row[x >> bits] >>> 8 & 0xff;
                row[x] = palette[packed >> ((x & within) * indexBits) & mask];
            }
        }
    }

    /** A pixel was lessened by what its neighbours let expect, in each block by another rule. */
    final class Predictor implements LosslessTransform {
        private final int width;
        private final int bits;
        private final int[] modes;

        /** The row above, and one pixel more, which is the first of the row itself. */
        private final int[] above;

        /** With a pixel for each block, whose green is its rule. */
        Predictor(int width, int bits, int[] modes) {
            this.width = width;
            this.bits = bits;
            this.modes = modes;
            above = new int[width + 1];
        }

        @Override
        public void undo(int y, int[] row) {
            if (y == 0) {
                row[0] = Argb.add(row[0], Argb.BLACK);
                addLeft(row, 1, width);
            } else {
                row[0] = Argb.add(row[0], above[0]);
                above[width] = row[0];
                int block = (y >> bits) * blocks(width, bits);
                for (int from = 0; from < width; from += 1 << bits, block++) {
                    int to = Math.min(width, from + (1 << bits));
                    add(modes[block] >>> 8 & 0xf, row, Math.max(1, from), to);
                }
            }
            System.arraycopy(row, 0, above, 0, width);
        }

        private void add(int mode, int[] row, int from, int to) {
            switch (mode) {
                case 1 -> addLeft(row, from, to);
                case 2 -> addAbove(row, from, to, 0);
                case 3 -> addAbove(row, from, to, 1);
                case 4 -> addAbove(row, from, to, -1);
                case 5 -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.mean(Argb.mean(row[x - 1], above[x + 1]), above[x]));
                    }
                }
                case 6 -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.mean(row[x - 1], above[x - 1]));
                    }
                }
                case 7 -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.mean(row[x - 1], above[x]));
                    }
                }
                case 8 -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.mean(above[x - 1], above[x]));
                    }
                }
                case 9 -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.mean(above[x], above[x + 1]));
                    }
                }
                case 10 -> {
                    for (int x = from; x < to; x++) {
                        int left = Argb.mean(row[x - 1], above[x - 1]);
                        row[x] = Argb.add(row[x], Argb.mean(left, Argb.mean(above[x], above[x + 1])));
                    }
                }
                case 11 -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.select(row[x - 1], above[x], above[x - 1]));
                    }
                }
                case 12 -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.gradient(row[x - 1], above[x], above[x - 1]));
                    }
                }
                case 13 -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.halfGradient(row[x - 1], above[x], above[x - 1]));
                    }
                }
                default -> {
                    for (int x = from; x < to; x++) {
                        row[x] = Argb.add(row[x], Argb.BLACK);
                    }
                }
            }
        }

        private static void addLeft(int[] row, int from, int to) {
            for (int x = from; x < to; x++) {
                row[x] = Argb.add(row[x], row[x - 1]);
            }
        }

        private void addAbove(int[] row, int from, int to, int offset) {
            for (int x = from; x < to; x++) {
                row[x] = Argb.add(row[x], above[x + offset]);
            }
        }
    }
}
