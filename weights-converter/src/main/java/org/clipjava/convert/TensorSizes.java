package org.clipjava.convert;

import java.util.stream.IntStream;
import org.clipjava.safetensors.ModelFormatException;

/** What the shapes of a checkpoint's tensors, under Hugging Face's names, say of its towers' sizes. */
record TensorSizes(Checkpoint checkpoint) {
    /** The embedding of patches, by Hugging Face's name. */
    static final String PATCHES = "vision_model.embeddings.patch_embedding.weight";

    private static final String POSITIONS = "vision_model.embeddings.position_embedding.weight";
    private static final int LARGEST = 1 << 24;

    /** One dimension of a tensor that must be there, with so many dimensions. */
    int of(String name, int dimension, int dimensions) throws ModelFormatException {
        SourceTensor tensor = tensor(name);
        if (tensor.shape().size() != dimensions
                || tensor.shape().get(dimension) < 1
                || tensor.shape().get(dimension) > LARGEST) {
            throw new ModelFormatException("%s: %s: expected %d dimensions, none empty, found %s"
                    .formatted(tensor.file(), tensor.name(), dimensions, tensor.typeAndShape()));
        }
        return Math.toIntExact(tensor.shape().get(dimension));
    }

    /** Layers 0, 1, … that there are; one behind a gap would be left over, and refused. */
    int layers(String tower) {
        return (int) IntStream.iterate(0, layer -> layer + 1)
                .takeWhile(layer -> checkpoint.has(tower + ".encoder.layers." + layer + ".layer_norm1.weight"))
                .count();
    }

    /** Positions of patches along a side of the square that they are for. */
    int positionSide() throws ModelFormatException {
        return root(POSITIONS, of(POSITIONS, 0, 2), "a row for each patch of a square");
    }

    /** Side of a patch, in pixels, of an embedding that is a linear layer of them. */
    int patchSide() throws ModelFormatException {
        int columns = of(PATCHES, 1, 2);
        return root(PATCHES, columns % 3 == 0 ? columns / 3 : 0, "a column for each channel of each pixel of a square");
    }

    private int root(String name, int square, String expected) throws ModelFormatException {
        int side = (int) Math.sqrt(square);
        if (side < 1 || side * side != square) {
            SourceTensor tensor = tensor(name);
            throw new ModelFormatException("%s: %s: expected %s, found %s"
                    .formatted(tensor.file(), tensor.name(), expected, tensor.typeAndShape()));
        }
        return side;
    }

    SourceTensor tensor(String name) throws ModelFormatException {
        SourceTensor tensor = checkpoint.tensors().get(name);
        if (tensor == null) {
            throw new ModelFormatException("%s: %s: expected the weights of a whole CLIP model, found no such tensor"
                    .formatted(checkpoint.file(), checkpoint.names().inCheckpoint(name)));
        }
        return tensor;
    }
}
