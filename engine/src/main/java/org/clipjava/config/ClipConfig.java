package org.clipjava.config;

import java.util.Objects;

/** The architecture of a model: two towers into one space. Immutable and thread-safe; more parts may be added. */
public final class ClipConfig {
    private record Parts(VisionConfig vision, TextConfig text, int embedDim, Scoring scoring) {}

    private final Parts parts;

    private ClipConfig(Parts parts) {
        this.parts = parts;
    }

    /**
     * Two towers, whose cosines are scored by a softmax.
     *
     * @param embedDim E, the width of the space that both towers project to
     * @throws IllegalArgumentException if E is out of range
     */
    public static ClipConfig of(VisionConfig vision, TextConfig text, int embedDim) {
        ConfigChecks.inRange("embed_dim", embedDim, 1, 1 << 16);
        requireWidth("vision", vision.projection(), vision.tower(), embedDim);
        requireWidth("text", text.projection(), text.tower(), embedDim);
        return new ClipConfig(new Parts(
                Objects.requireNonNull(vision), Objects.requireNonNull(text), embedDim, new Scoring.Softmax()));
    }

    private static void requireWidth(String name, Projection projection, TowerConfig tower, int embedDim) {
        if (projection == Projection.NONE && tower.width() != embedDim) {
            throw new IllegalArgumentException("embed_dim: expected " + tower.width() + ", the width of the " + name
                    + " tower, which has no projection, found " + embedDim);
        }
    }

    /** The same with other scores. */
    public ClipConfig withScoring(Scoring scoring) {
        return new ClipConfig(new Parts(parts.vision, parts.text, parts.embedDim, Objects.requireNonNull(scoring)));
    }

    /** The image tower. */
    public VisionConfig vision() {
        return parts.vision;
    }

    /** The text tower. */
    public TextConfig text() {
        return parts.text;
    }

    /** E, the components of an embedding. */
    public int embedDim() {
        return parts.embedDim;
    }

    /** How cosines become scores. */
    public Scoring scoring() {
        return parts.scoring;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClipConfig that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return "ClipConfig" + parts.toString().substring("Parts".length());
    }
}
