package org.clipjava.config;

import java.util.Objects;
import java.util.Optional;

/** The architecture of a model: two towers into one space, or one of them alone. Immutable and thread-safe; more parts may be added. */
public final class ClipConfig {
    private record Parts(Optional<VisionConfig> vision, Optional<TextConfig> text, int embedDim, Scoring scoring) {}

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
        return of(Optional.of(vision), Optional.of(text), embedDim);
    }

    /**
     * An image tower alone.
     *
     * @param embedDim E, the components of its embeddings
     * @throws IllegalArgumentException if E is out of range
     */
    public static ClipConfig ofVision(VisionConfig vision, int embedDim) {
        return of(Optional.of(vision), Optional.empty(), embedDim);
    }

    /**
     * A text tower alone.
     *
     * @param embedDim E, the components of its embeddings
     * @throws IllegalArgumentException if E is out of range
     */
    public static ClipConfig ofText(TextConfig text, int embedDim) {
        return of(Optional.empty(), Optional.of(text), embedDim);
    }

    private static ClipConfig of(Optional<VisionConfig> vision, Optional<TextConfig> text, int embedDim) {
        ConfigChecks.inRange("embed_dim", embedDim, 1, 1 << 16);
        vision.ifPresent(tower -> requireWidth("vision", tower.projection(), tower.tower(), embedDim));
        text.ifPresent(tower -> requireWidth("text", tower.projection(), tower.tower(), embedDim));
        return new ClipConfig(new Parts(vision, text, embedDim, new Scoring.Softmax()));
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

    /** Whether there is an image tower. */
    public boolean hasVision() {
        return parts.vision.isPresent();
    }

    /** Whether there is a text tower. */
    public boolean hasText() {
        return parts.text.isPresent();
    }

    /** Whether there are both towers, so that pictures and texts can be compared. */
    public boolean isWhole() {
        return hasVision() && hasText();
    }

    /**
     * The image tower.
     *
     * @throws IllegalStateException if there is none
     */
    public VisionConfig vision() {
        return parts.vision.orElseThrow(() -> new IllegalStateException("this model has no image tower"));
    }

    /**
     * The text tower.
     *
     * @throws IllegalStateException if there is none
     */
    public TextConfig text() {
        return parts.text.orElseThrow(() -> new IllegalStateException("this model has no text tower"));
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
