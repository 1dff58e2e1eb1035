package org.clipjava.encoder;

import java.util.List;
import org.clipjava.image.PixelTensor;

/** Turns pictures into embeddings. Thread-safe; a picture's result does not depend on those beside it. */
public interface ImageEncoder {
    /**
     * Encodes a batch of any size.
     *
     * @param pictures each [3, S, S] for the model's picture size S
     * @return [B, E], not normalised
     * @throws IllegalArgumentException if a picture is of another size
     */
    float[][] encode(List<PixelTensor> pictures);
}
