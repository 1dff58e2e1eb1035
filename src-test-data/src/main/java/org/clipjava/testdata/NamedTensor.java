package org.clipjava.testdata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor as a file has it.
 *
 * @param dtype as safetensors spells it
 * @param data its bytes, row-major, little-endian; made when they are wanted, since a full-size checkpoint need not fit in
 *     memory
 */
public record NamedTensor(String name, String dtype, List<Integer> shape, Supplier<byte[]> data) {

    /** Of F32. */
    public static NamedTensor of(String name, SyntheticCheckpoint.Tensor tensor) {
        return new NamedTensor(name, "F32", tensor.shape(), () -> f32(tensor.values()));
    }

    /** Every tensor of a checkpoint under its own name. */
    public static List<NamedTensor> all(SyntheticCheckpoint checkpoint) {
        return checkpoint.tensors().stream()
                .map(tensor -> of(tensor.name(), tensor))
                .toList();
    }

    /** A buffer of 64-bit integers. */
    public static NamedTensor integers(String name, List<Integer> shape, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            bytes.putLong(value);
        }
        return new NamedTensor(name, "I64", shape, bytes::array);
    }

    public NamedTensor renamed(String other) {
        return new NamedTensor(other, dtype, shape, data);
    }

    /** An F32 tensor rounded to half precision. */
    public NamedTensor asF16() {
        return new NamedTensor(name, "F16", shape, () -> {
            ByteBuffer f32 = ByteBuffer.wrap(data.get()).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer f16 = ByteBuffer.allocate(f32.capacity() / 2).order(ByteOrder.LITTLE_ENDIAN);
            while (f32.hasRemaining()) {
                f16.putShort(Float.floatToFloat16(f32.getFloat()));
            }
            return f16.array();
        });
    }

    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    public byte[] bytes() {
        return data.get();
    }

    static byte[] f32(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
