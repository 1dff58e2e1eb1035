package org.clipjava.image.codec.jp2;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clipjava.image.codec.CodecException;

/**
 * The samples of a tile, row by row: after the inverse component transform (T.800, Annex G), with their level, and within their bits. For
 * one thread at a time.
 */
final class TileRows {
    private static final int OF_TRANSFORM = 3;

    private final List<Plane> planes;
    private final boolean transform;
    private final int[][] samples;
    private final float[][] reals;
    private final int[] rows;

    /** @param transform whether the first three components are transformed together */
    TileRows(List<Plane> planes, boolean transform) throws CodecException {
        this.planes = planes;
        this.transform = transform && planes.size() >= OF_TRANSFORM;
        samples = new int[planes.size()][];
        reals = new float[planes.size()][];
        rows = new int[planes.size()];
        Arrays.fill(rows, -1);
        for (int c = 0; c < planes.size(); c++) {
            samples[c] = new int[area(c).width()];
            reals[c] = new float[style(c).reversible() ? 0 : area(c).width()];
        }
        if (this.transform) {
            checkAlike();
        }
    }

    private void checkAlike() throws CodecException {
        for (int c = 1; c < OF_TRANSFORM; c++) {
            boolean sizes = area(0).width() == area(c).width() && area(0).height() == area(c).height();
            boolean styles =
                    style(0).resolutions() == style(c).resolutions() && style(0).reversible() == style(c).reversible();
            if (!sizes || !styles) {
                throw Damage.corrupt(
                        "expected three components alike for their transform, found component " + c + " otherwise");
            }
        }
    }

    Area tileArea() {
        return planes.getFirst().component().tileArea();
    }

    private Area area(int c) {
        return planes.get(c).component().area();
    }

    private ComponentStyle style(int c) {
        return planes.get(c).component().style();
    }

    /**
     * The samples of a component for a row of the tile, counted from its top. As in Pillow, a component's rows and columns are repeated
     * where it has fewer, from the tile's corner on.
     *
     * @return valid until another row is asked for
     */
    int[] row(int c, int y) {
        Plane plane = planes.get(c);
        int row = Math.min(y / plane.component().dy(), area(c).height() - 1);
        if (row >= 0 && row != rows[c]) {
            if (transform && c < OF_TRANSFORM) {
                readTransformed(row);
            } else {
                read(c, row);
            }
        }
        return samples[c];
    }

    private void readTransformed(int row) {
        for (int c = 0; c < OF_TRANSFORM; c++) {
            rows[c] = row;
            copy(c, row);
        }
        if (style(0).reversible()) {
            invertReversible(samples[0], samples[1], samples[2]);
        } else {
            invertIrreversible(reals[0], reals[1], reals[2]);
        }
        for (int c = 0; c < OF_TRANSFORM; c++) {
            finish(c);
        }
    }

    private void read(int c, int row) {
        rows[c] = row;
        copy(c, row);
        finish(c);
    }

    private void copy(int c, int row) {
        int width = samples[c].length;
        Optional<int[]> integers = planes.get(c).integers();
        if (integers.isPresent()) {
            System.arraycopy(integers.get(), row * width, samples[c], 0, width);
        } else {
            Arrays.fill(samples[c], 0);
        }
        Optional<float[]> floats = planes.get(c).reals();
        if (floats.isPresent()) {
            System.arraycopy(floats.get(), row * width, reals[c], 0, width);
        } else {
            Arrays.fill(reals[c], 0);
        }
    }

    /** G.2. */
    private static void invertReversible(int[] c0, int[] c1, int[] c2) {
        for (int x = 0; x < c0.length; x++) {
            int green = c0[x] - ((c1[x] + c2[x]) >> 2);
            c0[x] = c2[x] + green;
            c2[x] = c1[x] + green;
            c1[x] = green;
        }
    }

    /** G.3, in OpenJPEG's order. */
    private static void invertIrreversible(float[] c0, float[] c1, float[] c2) {
        for (int x = 0; x < c0.length; x++) {
            float y = c0[x];
            float blue = c1[x];
            float red = c2[x];
            c0[x] = y + red * 1.402f;
            c1[x] = y - blue * 0.34413f - red * 0.71414f;
            c2[x] = y + blue * 1.772f;
        }
    }

    private void finish(int c) {
        Grid.Component component = planes.get(c).component().samples();
        int shift = component.levelShift();
        int least = component.least();
        int most = component.most();
        int[] row = samples[c];
        float[] real = reals[c];
        if (real.length == 0) {
            for (int x = 0; x < row.length; x++) {
                row[x] = Math.clamp(row[x] + shift, least, most);
            }
        } else {
            for (int x = 0; x < row.length; x++) {
                row[x] = rounded(real[x], shift, least, most);
            }
        }
    }

    /** Halves go to even integers. */
    private static int rounded(float value, int shift, int least, int most) {
        if (value > (float) Integer.MAX_VALUE) {
            return most;
        }
        // So is what is not a number.
        return value >= (float) Integer.MIN_VALUE ? Math.clamp((long) Math.rint(value) + shift, least, most) : least;
    }
}
