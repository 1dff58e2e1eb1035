package org.clipjava.convert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;

/** A tensor of floats in a checkpoint. */
record SourceTensor(SafetensorsFile file, TensorInfo info) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Reads {@code values.length} elements, widened to float without loss.
     *
     * @param first index of the first, row-major
     * @throws ModelFormatException if one is infinite or not a number
     */
    void read(long first, float[] values) throws ModelFormatException {
        MemorySegment data = file.data(info);
        switch (info.dtype()) {
            case F32 -> MemorySegment.copy(data, FLOAT, first * Float.BYTES, values, 0, values.length);
            case F16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(data.get(SHORT, (first + i) * Short.BYTES));
                }
            }
            case BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.intBitsToFloat(data.get(SHORT, (first + i) * Short.BYTES) << 16);
                }
            }
            default -> throw new IllegalStateException(info + " is no float tensor");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ModelFormatException(
                        "%s: %s: expected finite weights, found %s at element %d; the checkpoint is damaged"
                                .formatted(file.name(), info.name(), values[i], first + i));
            }
        }
    }
}
