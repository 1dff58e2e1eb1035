package org.clipjava.model;

import java.lang.foreign.Arena;
import java.util.List;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.ClipConfig;
import org.clipjava.weights.ClipWeights;

/**
 * Cuts pictures into patches, embeds each linearly, puts the class token before them and adds positions.
 *
 * @param projection [W, 3·P·P]: the reference's convolution with stride P, as a matrix
 * @param classEmbedding [W]
 * @param positionEmbedding [N, W]
 */
record PatchEmbedding(ClipConfig.Vision config, Linear projection, float[] classEmbedding, float[] positionEmbedding) {

    static PatchEmbedding of(ClipConfig.Vision config, Kernels kernels, ClipWeights.Vision weights, Arena arena) {
        return new PatchEmbedding(
                config,
                Linear.of(kernels, weights.patchEmbedding(), arena),
                weights.classEmbedding(),
                weights.positionEmbedding());
    }

    /** Embeds B pictures into {@code x}, [B·N, W]. */
    void forward(List<PixelTensor> pictures, float[] x, Workspace work) {
        int width = projection.outputs();
        int patches = config.tokens() - 1;
        int rows = pictures.size() * patches;
        float[] unfolded = work.get(Buffer.NORMED, rows * projection.inputs());
        for (int i = 0; i < pictures.size(); i++) {
            unfold(pictures.get(i), unfolded, i * patches * projection.inputs());
        }
        float[] embedded = work.get(Buffer.MIXED, rows * width);
        projection.forward(unfolded, rows, Epilogue.STORE, embedded, work.workers());
        for (int i = 0; i < pictures.size(); i++) {
            int to = i * config.tokens() * width;
            System.arraycopy(classEmbedding, 0, x, to, width);
            System.arraycopy(embedded, i * patches * width, x, to + width, patches * width);
            for (int j = 0; j < positionEmbedding.length; j++) {
                x[to + j] += positionEmbedding[j];
            }
        }
    }

    /** Lays a picture's patches out as rows, [N - 1, 3·P·P]: patch by patch, then channel, row, column within one. */
    private void unfold(PixelTensor picture, float[] out, int offset) {
        int patch = config.patchSize();
        int side = config.imageSize();
        int to = offset;
        for (int gridRow = 0; gridRow < config.grid(); gridRow++) {
            for (int gridColumn = 0; gridColumn < config.grid(); gridColumn++) {
                for (int channel = 0; channel < 3; channel++) {
                    for (int row = 0; row < patch; row++) {
                        int y = gridRow * patch + row;
                        int from = (channel * side + y) * side + gridColumn * patch;
                        System.arraycopy(picture.values(), from, out, to, patch);
                        to += patch;
                    }
                }
            }
        }
    }
}
