package org.clipjava.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.config.PatchStem;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.VisionWeights;

/**
 * The convolutions before the patches' embedding. Since none overlaps, each is a linear layer over the states of a square, side by side.
 *
 * @param patchSize P
 * @param stages how much each takes
 * @param layers [W of the stage, values of its squares]
 */
record ConvolutionStem(Kernels kernels, int patchSize, List<PatchStem.Stage> stages, List<LinearWeights> layers) {
    /** Where a square begins in its patch, in pixels. */
    private record Corner(int top, int left) {}

    static ConvolutionStem of(VisionConfig config, PatchStem stem, Kernels kernels, VisionWeights weights) {
        return new ConvolutionStem(kernels, config.patchSize(), stem.stages(), weights.stem());
    }

    /** What the patches' embedding takes of B pictures, [B·patches, values]. */
    Activations forward(List<PixelTensor> pictures, PatchGrid grid, Workspace work) {
        List<Corner> corners = corners();
        int side = stages.getFirst().side();
        int patches = pictures.size() * grid.patches();
        Activations squares = work.get(Buffer.NORMED, Math.multiplyExact(patches, corners.size()), 3 * side * side);
        int row = 0;
        for (PixelTensor picture : pictures) {
            for (int patch = 0; patch < grid.patches(); patch++) {
                int top = patch / grid.columns() * patchSize;
                int left = patch % grid.columns() * patchSize;
                for (Corner corner : corners) {
                    PatchEmbedding.cut(picture, top + corner.top, left + corner.left, side, squares, row++);
                }
            }
        }
        for (int i = 0; i < layers.size(); i++) {
            Activations states =
                    work.get(Buffer.HIDDEN, squares.rows(), stages.get(i).width());
            kernels.linear(squares, layers.get(i), Epilogue.GELU, states, work.workers());
            int next = i + 1 < stages.size() ? stages.get(i + 1).side() : patchSize / sideBehind(i);
            squares = folded(states, next * next, work);
        }
        return squares;
    }

    /** Pixels along a side of what a state of this stage is made of. */
    private int sideBehind(int stage) {
        return IntStream.rangeClosed(0, stage).map(i -> stages.get(i).side()).reduce(1, Math::multiplyExact);
    }

    /** The first stage's squares of a patch, in such an order that those which become one square later follow one another. */
    private List<Corner> corners() {
        List<Corner> corners = List.of(new Corner(0, 0));
        int side = patchSize;
        for (int stage = stages.size() - 1; stage >= 0; stage--) {
            int smaller = sideBehind(stage);
            List<Corner> all = new ArrayList<>();
            for (Corner corner : corners) {
                for (int top = 0; top < side; top += smaller) {
                    for (int left = 0; left < side; left += smaller) {
                        all.add(new Corner(corner.top + top, corner.left + left));
                    }
                }
            }
            corners = all;
            side = smaller;
        }
        return corners;
    }

    /** So many rows that follow one another as one. */
    private static Activations folded(Activations states, int count, Workspace work) {
        int width = states.columns();
        Activations squares = work.get(Buffer.NORMED, states.rows() / count, Math.multiplyExact(count, width));
        float[] state = new float[width];
        for (int row = 0; row < squares.rows(); row++) {
            for (int i = 0; i < count; i++) {
                states.read(row * count + i, 0, width, state, 0);
                squares.write(state, 0, row, i * width, width);
            }
        }
        return squares;
    }
}
