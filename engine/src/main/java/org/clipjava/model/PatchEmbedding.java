package org.clipjava.model;

import java.util.List;
import java.util.Optional;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.VisionWeights;

/**
 * Cuts pictures into patches, embeds each linearly, puts the class token before them, if there is one, and adds positions.
 *
 * @param stem convolutions before that
 * @param projection [W, 3·P·P]: the reference's convolution with stride P, as a matrix
 * @param classEmbedding [W], if there is a class token
 * @param positionEmbedding [N, W]
 */
record PatchEmbedding(
        VisionConfig config,
        Kernels kernels,
        Optional<ConvolutionStem> stem,
        LinearWeights projection,
        Optional<float[]> classEmbedding,
        float[] positionEmbedding) {

    static PatchEmbedding of(VisionConfig config, Kernels kernels, VisionWeights weights) {
        return new PatchEmbedding(
                config,
                kernels,
                config.stem().map(stem -> ConvolutionStem.of(config, stem, kernels, weights)),
                weights.patchEmbedding(),
                weights.classEmbedding(),
                weights.positionEmbedding());
    }

    /**
     * Embeds B pictures into {@code x}, [B·N, W].
     *
     * @param grid what patches each of the pictures has
     */
    void forward(List<PixelTensor> pictures, PatchGrid grid, Activations x, Workspace work) {
        int width = x.columns();
        int tokens = grid.tokens();
        int first = grid.first();
        int patches = grid.patches();
        boolean own = grid.rows() == config.grid() && grid.columns() == config.grid();
        float[] positions = own
                ? positionEmbedding
                : PositionGrid.of(config).interpolate(positionEmbedding, width, config.grid(), grid);
        Activations unfolded =
                stem.isPresent() ? stem.get().forward(pictures, grid, work) : unfolded(pictures, grid, work);
        Activations embedded = work.get(Buffer.MIXED, unfolded.rows(), width);
        kernels.linear(unfolded, projection, Epilogue.STORE, embedded, work.workers());
        for (int i = 0; i < pictures.size(); i++) {
            if (classEmbedding.isPresent()) {
                x.write(classEmbedding.get(), 0, i * tokens, 0, width);
            }
            for (int patch = 0; patch < patches; patch++) {
                x.copyRow(i * tokens + first + patch, embedded, i * patches + patch);
            }
            for (int token = 0; token < tokens; token++) {
                x.add(positions, token * width, i * tokens + token, width);
            }
        }
    }

    /** Pictures' patches as rows, [B·patches, 3·P·P]. */
    private Activations unfolded(List<PixelTensor> pictures, PatchGrid grid, Workspace work) {
        int side = config.patchSize();
        Activations unfolded = work.get(Buffer.NORMED, pictures.size() * grid.patches(), config.patchValues());
        int row = 0;
        for (PixelTensor picture : pictures) {
            for (int gridRow = 0; gridRow < grid.rows(); gridRow++) {
                for (int gridColumn = 0; gridColumn < grid.columns(); gridColumn++) {
                    cut(picture, gridRow * side, gridColumn * side, side, unfolded, row++);
                }
            }
        }
        return unfolded;
    }

    /** Writes a square of a picture to a row: channel, row, column. */
    static void cut(PixelTensor picture, int top, int left, int side, Activations out, int row) {
        for (int i = 0; i < 3 * side; i++) {
            int channel = i / side;
            int y = top + i % side;
            int from = (channel * picture.height() + y) * picture.width() + left;
            out.write(picture.values(), from, row, i * side, side);
        }
    }
}
