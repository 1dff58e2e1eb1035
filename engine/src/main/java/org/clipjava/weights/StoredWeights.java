package org.clipjava.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Optional;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.WeightType;

/** A model's weights where they are stored, and which of its towers are wanted. To be read while the file is open. */
public interface StoredWeights {

    /** The architecture, of the towers that there are. */
    ClipConfig config();

    /** How the matrices of its layers are stored, if that is known before they are read. */
    default Optional<WeightType> weightType() {
        return Optional.empty();
    }

    /** As trained, a logarithm; 0 where there is but one tower, which compares nothing. */
    float logitScale();

    /** What is added to a logit; 0 where scores are a softmax, or there is but one tower. */
    default float logitBias() {
        return 0;
    }

    /**
     * Copies the image tower, if there is one and it is wanted.
     *
     * @param arena holds the matrices
     * @param parallel shares out the work, where several threads may read the file
     * @throws org.clipjava.safetensors.ModelFormatException if a weight is not finite
     */
    Optional<VisionWeights> vision(Arena arena, Parallel parallel) throws IOException;

    /** Copies the text tower, if there is one and it is wanted; as {@link #vision}. */
    Optional<TextWeights> text(Arena arena, Parallel parallel) throws IOException;
}
