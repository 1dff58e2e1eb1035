package org.clipjava.bench.lookup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.clipjava.config.WeightType;
import org.clipjava.weights.PanelMatrix;
import org.clipjava.weights.VisionWeights;

/** An image tower whose blocks have INT8 matrices that use only some of their bits. */
public final class QuantizedBlocks {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private QuantizedBlocks() {}

    /**
     * Rounds the blocks' matrices, each output's weights by themselves; all others stay.
     *
     * @param bits of a weight
     * @param arena holds the rounded matrices
     */
    public static VisionWeights of(VisionWeights tower, int bits, Arena arena) {
        Set<String> names = new HashSet<>();
        tower.blocks().stream()
                .flatMap(block -> Stream.of(block.qkv(), block.out(), block.fc1(), block.fc2()))
                .forEach(layer -> names.add(layer.weight().name()));
        return tower.withMatrices(matrix -> names.contains(matrix.name()) ? round(matrix, bits, arena) : matrix);
    }

    private static PanelMatrix round(PanelMatrix matrix, int bits, Arena arena) {
        int inputs = matrix.inputs();
        int outputs = matrix.outputs();
        long bytesPerPanel = PanelMatrix.bytesPerPanel(WeightType.INT8, inputs);
        MemorySegment data = arena.allocate(matrix.panels() * bytesPerPanel, PanelMatrix.INPUTS_STEP);
        float[] panel = new float[inputs * PanelMatrix.WIDTH];
        float[] weights = new float[inputs];
        byte[] rounded = new byte[inputs];
        float[] scales = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            int column = output % PanelMatrix.WIDTH;
            if (column == 0) {
                matrix.readPanel(output / PanelMatrix.WIDTH, panel);
            }
            for (int input = 0; input < inputs; input++) {
                weights[input] = panel[input * PanelMatrix.WIDTH + column];
            }
            scales[output] = LookupWeights.round(bits, weights, 0, inputs, rounded);
            long at = output / PanelMatrix.WIDTH * bytesPerPanel;
            int sum = 0;
            for (int input = 0; input < inputs; input++) {
                data.set(ValueLayout.JAVA_BYTE, at + PanelMatrix.place(WeightType.INT8, input, column), rounded[input]);
                sum += rounded[input];
            }
            data.set(INT, at + bytesPerPanel - (PanelMatrix.WIDTH - column) * (long) Integer.BYTES, sum);
        }
        return new PanelMatrix(matrix.name(), WeightType.INT8, outputs, inputs, data, scales);
    }
}
