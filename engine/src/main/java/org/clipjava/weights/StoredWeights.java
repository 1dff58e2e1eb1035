package org.clipjava.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Optional;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;

/** A model's weights where they are stored, and which of its towers are wanted. To be read while the file is open. */
public final class StoredWeights {
    private final SafetensorsFile file;
    private final ClipWeights weights;
    private final boolean allowNonFinite;
    private final boolean visionWanted;
    private final boolean textWanted;

    private StoredWeights(
            SafetensorsFile file,
            ClipWeights weights,
            boolean allowNonFinite,
            boolean visionWanted,
            boolean textWanted) {
        this.file = file;
        this.weights = weights;
        this.allowNonFinite = allowNonFinite;
        this.visionWanted = visionWanted;
        this.textWanted = textWanted;
    }

    /** Both towers of a model file, whose weights have to be finite. */
    public static StoredWeights of(SafetensorsFile file) throws IOException {
        return of(file, false);
    }

    /**
     * Both towers of a model file, as {@link ClipWeights#of} checks them.
     *
     * @param allowNonFinite whether weights may be infinite or not a number
     * @throws ModelFormatException if they are not as they should be
     */
    public static StoredWeights of(SafetensorsFile file, boolean allowNonFinite) throws IOException {
        return new StoredWeights(file, ClipWeights.of(file, allowNonFinite), allowNonFinite, true, true);
    }

    /** The same without the image tower. */
    public StoredWeights withoutVision() {
        return new StoredWeights(file, weights, allowNonFinite, false, textWanted);
    }

    /** The same without the text tower. */
    public StoredWeights withoutText() {
        return new StoredWeights(file, weights, allowNonFinite, visionWanted, false);
    }

    /** The architecture, of both towers. */
    public ClipConfig config() {
        return weights.config();
    }

    /** As trained, a logarithm. */
    public float logitScale() {
        return weights.logitScale();
    }

    /**
     * Copies the image tower, if it is wanted.
     *
     * @param arena holds the matrices
     * @param parallel shares out the work, where several threads may read the file
     * @throws ModelFormatException if a weight is not finite
     */
    public Optional<ClipWeights.Vision> vision(Arena arena, WeightCopier.Parallel parallel) throws IOException {
        return visionWanted ? Optional.of(weights.vision().copy(copier(arena, parallel))) : Optional.empty();
    }

    /** Copies the text tower, if it is wanted; as {@link #vision}. */
    public Optional<ClipWeights.Text> text(Arena arena, WeightCopier.Parallel parallel) throws IOException {
        return textWanted ? Optional.of(weights.text().copy(copier(arena, parallel))) : Optional.empty();
    }

    private WeightCopier copier(Arena arena, WeightCopier.Parallel parallel) {
        return new WeightCopier(file, arena, file.isShared() ? parallel : WeightCopier.Parallel.none(), allowNonFinite);
    }
}
