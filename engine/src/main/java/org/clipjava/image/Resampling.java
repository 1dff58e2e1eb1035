package org.clipjava.image;

/** Pillow's filters that CLIP's preprocessors ask for. Immutable and thread-safe. */
public enum Resampling {
    /** Cubic convolution with a = -0.5, two source pixels to each side. */
    BICUBIC(2) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return ((A + 2) * x - (A + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
        }
    },

    /** The triangle, one source pixel to each side. */
    BILINEAR(1) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            return x < 1 ? 1 - x : 0;
        }
    };

    private static final double A = -0.5;

    private final double support;

    Resampling(double support) {
        this.support = support;
    }

    /** How far the filter reaches, in source pixels when enlarging. */
    double support() {
        return support;
    }

    abstract double weight(double distance);
}
