package org.clipjava.config;

import java.util.Objects;

/**
 * The shape of a transformer, and what its layers compute with. Immutable and thread-safe; more properties may be added, each with a
 * {@code with…} method and the value that the models of today have.
 */
public final class TowerConfig {
    /** Far beyond any model that exists; keeps the arithmetic of sizes inside an int. */
    private static final int LARGEST = 1 << 16;

    private record Parts(
            int width,
            int layers,
            int heads,
            int mlpWidth,
            Activation activation,
            float layerNormEps,
            NormPlacement norm) {}

    private final Parts parts;

    private TowerConfig(Parts parts) {
        this.parts = parts;
    }

    /**
     * A transformer whose LayerNorms stand before attention and MLP.
     *
     * @param width W, a multiple of {@code heads}
     * @param layers residual attention blocks
     * @param heads H
     * @param mlpWidth F
     * @param activation of every MLP
     * @param layerNormEps added to the variance in every LayerNorm, above 0 and below 1
     * @throws IllegalArgumentException if one is out of range; the message names it as the model file does
     */
    public static TowerConfig of(
            int width, int layers, int heads, int mlpWidth, Activation activation, float layerNormEps) {
        ConfigChecks.inRange("width", width, 1, LARGEST);
        ConfigChecks.inRange("layers", layers, 1, 1024);
        ConfigChecks.inRange("heads", heads, 1, width);
        ConfigChecks.inRange("mlp_width", mlpWidth, 1, LARGEST);
        if (width % heads != 0) {
            throw new IllegalArgumentException("width " + width + " is no multiple of heads " + heads);
        }
        if (!(layerNormEps > 0 && layerNormEps < 1)) {
            throw new IllegalArgumentException("layer_norm_eps: expected a number in (0, 1), found " + layerNormEps);
        }
        return new TowerConfig(new Parts(
                width,
                layers,
                heads,
                mlpWidth,
                Objects.requireNonNull(activation),
                layerNormEps,
                NormPlacement.BEFORE));
    }

    /** The same with another non-linearity. */
    public TowerConfig withActivation(Activation activation) {
        return new TowerConfig(new Parts(
                parts.width,
                parts.layers,
                parts.heads,
                parts.mlpWidth,
                Objects.requireNonNull(activation),
                parts.layerNormEps,
                parts.norm));
    }

    /** The same with its LayerNorms elsewhere; of an image tower they stand before. */
    public TowerConfig withNorm(NormPlacement norm) {
        return new TowerConfig(new Parts(
                parts.width,
                parts.layers,
                parts.heads,
                parts.mlpWidth,
                parts.activation,
                parts.layerNormEps,
                Objects.requireNonNull(norm)));
    }

    /** W. */
    public int width() {
        return parts.width;
    }

    /** Residual attention blocks. */
    public int layers() {
        return parts.layers;
    }

    /** H. */
    public int heads() {
        return parts.heads;
    }

    /** F. */
    public int mlpWidth() {
        return parts.mlpWidth;
    }

    /** The non-linearity of every MLP. */
    public Activation activation() {
        return parts.activation;
    }

    /** Added to the variance in every LayerNorm. */
    public float layerNormEps() {
        return parts.layerNormEps;
    }

    /** Where the LayerNorms of a layer stand. */
    public NormPlacement norm() {
        return parts.norm;
    }

    /** D = W / H. */
    public int headSize() {
        return parts.width / parts.heads;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TowerConfig that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return "TowerConfig" + parts.toString().substring("Parts".length());
    }
}
