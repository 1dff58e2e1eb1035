package org.clipjava.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.clipjava.weights.Matrix;

/**
 * A weight in panels: {@code panelWidth} outputs side by side, input by input, so that a kernel reads memory strictly
 * forwards. Element (o, k) stands at {@code (o / P · K + k) · P + o % P} for panel width P; outputs beyond O are zero.
 *
 * @param outputs O
 * @param inputs K
 * @param panelWidth P
 * @param panels [⌈O / P⌉, K, P], native floats
 */
public record PackedMatrix(int outputs, int inputs, int panelWidth, MemorySegment panels) {

    /** Packs {@code weight}, widened to float, into memory of {@code arena}. */
    static PackedMatrix of(Matrix weight, int panelWidth, Arena arena) {
        int outputs = weight.rows();
        int inputs = weight.columns();
        int count = Math.ceilDiv(outputs, panelWidth);
        // 64 is a cache line and the widest vector
        MemorySegment panels = arena.allocate((long) count * inputs * panelWidth * Float.BYTES, 64);
        PackedMatrix packed = new PackedMatrix(outputs, inputs, panelWidth, panels);
        // a panel is put together on the heap, where rows can be scattered quickly, and copied out in one piece
        float[] row = new float[inputs];
        float[] panel = new float[inputs * panelWidth];
        for (int p = 0; p < count; p++) {
            int width = packed.width(p);
            if (width < panelWidth) {
                Arrays.fill(panel, 0f);
            }
            for (int j = 0; j < width; j++) {
                weight.readRow(p * panelWidth + j, row, 0);
                for (int k = 0; k < inputs; k++) {
                    panel[k * panelWidth + j] = row[k];
                }
            }
            MemorySegment.copy(panel, 0, panels, ValueLayout.JAVA_FLOAT, packed.offset(p), panel.length);
        }
        return packed;
    }

    int panelCount() {
        return Math.ceilDiv(outputs, panelWidth);
    }

    /** Byte offset of a panel. */
    long offset(int panel) {
        return (long) panel * inputs * panelWidth * Float.BYTES;
    }

    /** Outputs in a panel: P, but fewer in the last one where O is no multiple of P. */
    int width(int panel) {
        return Math.min(panelWidth, outputs - panel * panelWidth);
    }
}
