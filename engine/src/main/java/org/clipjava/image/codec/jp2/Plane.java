package org.clipjava.image.codec.jp2;

import java.util.Optional;

/**
 * A component of a tile, [height, width]: its coefficients, and after the inverse transform its samples without their level. Integers
 * where the transform is 5/3, else floats; neither, where all are zeros.
 */
record Plane(TileComponent component, Optional<int[]> integers, Optional<float[]> reals) {
    static Plane of(TileComponent component, boolean zeros) {
        int size = zeros ? 0 : component.area().width() * component.area().height();
        boolean reversible = component.style().reversible();
        return new Plane(
                component,
                zeros || !reversible ? Optional.empty() : Optional.of(new int[size]),
                zeros || reversible ? Optional.empty() : Optional.of(new float[size]));
    }

    /** Puts the coefficients of a code-block where the transform looks for them, half of what the decoder has (E.1). */
    void put(int[] values, Area block, Subband band) {
        int width = block.width();
        int stride = component.area().width();
        int to = (band.planeY() + block.y0() - band.area().y0()) * stride
                + band.planeX()
                + block.x0()
                - band.area().x0();
        for (int y = 0; y < block.height(); y++) {
            if (integers.isPresent()) {
                put(values, y * width, integers.get(), to, width);
            } else if (reals.isPresent()) {
                put(values, y * width, reals.get(), to, width, 0.5f * band.stepSize());
            }
            to += stride;
        }
    }

    private static void put(int[] values, int from, int[] row, int to, int width) {
        for (int x = 0; x < width; x++) {
            row[to + x] = values[from + x] / 2;
        }
    }

    private static void put(int[] values, int from, float[] row, int to, int width, float step) {
        for (int x = 0; x < width; x++) {
            row[to + x] = values[from + x] * step;
        }
    }

    /** From coefficients to samples (Annex F). */
    void transform() {
        integers.ifPresent(plane -> new ReversibleWavelet(plane, component).invert());
        reals.ifPresent(plane -> new IrreversibleWavelet(plane, component).invert());
    }
}
