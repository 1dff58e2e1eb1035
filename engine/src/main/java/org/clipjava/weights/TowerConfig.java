package org.clipjava.weights;

/**
 * The shape of a transformer.
 *
 * @param width W, a multiple of {@code heads}
 * @param layers residual attention blocks
 * @param heads H
 * @param mlpWidth F
 */
public record TowerConfig(int width, int layers, int heads, int mlpWidth) {
    /** Far beyond any model that exists; keeps the arithmetic of sizes inside an int. */
    private static final int LARGEST = 1 << 16;

    public TowerConfig {
        ConfigChecks.inRange("width", width, 1, LARGEST);
        ConfigChecks.inRange("layers", layers, 1, 1024);
        ConfigChecks.inRange("heads", heads, 1, width);
        ConfigChecks.inRange("mlp_width", mlpWidth, 1, LARGEST);
        if (width % heads != 0) {
            throw new IllegalArgumentException("width " + width + " is no multiple of heads " + heads);
        }
    }

    /** D = W / H. */
    public int headSize() {
        return width / heads;
    }
}
