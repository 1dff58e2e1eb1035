package org.clipjava.encoder;

import java.util.List;
import org.clipjava.config.PatchMethod;
import org.clipjava.image.PixelTensor;

/** Turns pictures into embeddings. Thread-safe; a picture's result does not depend on those beside it. */
public interface ImageEncoder {
    /**
     * Encodes a batch of any size.
     *
     * @param pictures each [3, S, S] for the model's picture size S; of a model for pictures of any shape [3, height, width], in whole
     *     patches
     * @return [B, E], not normalised
     * @throws IllegalArgumentException if a picture is of another size, or has more patches than {@link #MAX_PATCHES}
     */
    float[][] encode(List<PixelTensor> pictures);

    /**
     * Encodes pictures and their patches, any number of pictures of any sizes from one patch on. Positions of another size than the
     * model's are interpolated. What is left over of a patch at the right and bottom is not seen.
     *
     * @param pictures each [3, height, width], normalised
     * @throws IllegalArgumentException if a picture is smaller than a patch, or has more than {@link #MAX_PATCHES}
     * @throws UnsupportedOperationException if this encoder, or the model's pool, has no embeddings of patches; the message says which
     */
    default List<PatchStates> encodePatches(List<PixelTensor> pictures, PatchMethod method) {
        throw new UnsupportedOperationException("this backend has no embeddings of patches; the backend cpu has");
    }

    /** Patches of a picture that are encoded together at the most: 131,072. */
    int MAX_PATCHES = 1 << 17;
}
