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
    /** A first stage has many rows for each; so the buffers stay small. */
    private static final int PATCHES_AT_ONCE = 16;

    /** Where a square begins in its patch, in pixels. */
    private record Corner(int top, int left) {}

    static ConvolutionStem of(VisionConfig config, PatchStem stem, Kernels kernels, VisionWeights weights) {
        return new ConvolutionStem(kernels, config.patchSize(), stem.stages(), weights.stem());
    }

    /** What the patches' embedding takes of B pictures, [B·patches, values]. */
    Activations forward(List<PixelTensor> pictures, PatchGrid grid, Workspace work) {
        int patches = Math.multiplyExact(pictures.size(), grid.patches());
        int last = patchSize / sideBehind(layers.size() - 1);
        int values = last * last * stages.getLast().width();
        Activations out = work.get(Buffer.NORMED, patches, values);
        for (int first = 0; first < patches; first += PATCHES_AT_ONCE) {
            int count = Math.min(PATCHES_AT_ONCE, patches - first);
            Activations states = states(pictures, grid, first, count, work);
            fold(states, last * last, out, first);
        }
        return out;
    }

    /** The last stage's states of some patches. */
    private Activations states(List<PixelTensor> pictures, PatchGrid grid, int first, int count, Workspace work) {
        List<Corner> corners = corners();
        int side = stages.getFirst().side();
        Activations squares = work.get(Buffer.QKV, count * corners.size(), 3 * side * side);
        int row = 0;
        for (int i = first; i < first + count; i++) {
            PixelTensor picture = pictures.get(i / grid.patches());
            int patch = i % grid.patches();
            int top = patch / grid.columns() * patchSize;
            int left = patch % grid.columns() * patchSize;
            for (Corner corner : corners) {
                PatchEmbedding.cut(picture, top + corner.top, left + corner.left, side, squares, row++);
            }
        }
        for (int i = 0; ; i++) {
            Activations states =
                    work.get(Buffer.HIDDEN, squares.rows(), stages.get(i).width());
            kernels.linear(squares, layers.get(i), Epilogue.GELU, states, work.workers());
            if (i == layers.size() - 1) {
                return states;
            }
            int next = stages.get(i + 1).side() * stages.get(i + 1).side();
            squares = work.get(Buffer.QKV, states.rows() / next, next * states.columns());
            fold(states, next, squares, 0);
        }
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

    /** So many rows that follow one another become one, from row {@code first} of {@code squares} on. */
    private static void fold(Activations states, int count, Activations squares, int first) {
        int width = states.columns();
        float[] state = new float[width];
        for (int row = 0; row < states.rows(); row++) {
            states.read(row, 0, width, state, 0);
            squares.write(state, 0, first + row / count, row % count * width, width);
        }
    }
}
