package org.clipjava.testdata;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a pickle, opcode by opcode. Nothing is checked: it may be one that no Python would write. */
public final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Any opcodes, and their arguments. */
    public Pickle op(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    /** An opcode that is a character, and its argument. */
    public Pickle op(char opcode, byte... argument) {
        out.write(opcode);
        out.writeBytes(argument);
        return this;
    }

    public Pickle protocol(int version) {
        return op(0x80, version);
    }

    public Pickle mark() {
        return op('(');
    }

    /** Of what stands above the mark. */
    public Pickle tuple() {
        return op('t');
    }

    public Pickle emptyTuple() {
        return op(')');
    }

    public Pickle emptyDict() {
        return op('}');
    }

    public Pickle setItem() {
        return op('s');
    }

    public Pickle setItems() {
        return op('u');
    }

    public Pickle reduce() {
        return op('R');
    }

    public Pickle stop() {
        return op('.');
    }

    public Pickle global(String module, String name) {
        return op('c', (module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    public Pickle text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X', littleEndian(utf8.length, 4)).bytes(utf8);
    }

    /** In 1, 2, 4 or up to 8 bytes. */
    public Pickle integer(long value) {
        if (value >= 0 && value <= 0xff) {
            return op('K', (byte) value);
        }
        if (value >= 0 && value <= 0xffff) {
            return op('M', littleEndian(value, 2));
        }
        return value == (int) value
                ? op('J', littleEndian(value, 4))
                : op(0x8a, 8).bytes(littleEndian(value, 8));
    }

    public Pickle bytes(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** A storage, as torch.save refers to it. */
    public Pickle storage(String type, String key, long elements) {
        return mark().text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .integer(elements)
                .tuple()
                .op('Q');
    }

    /** A contiguous tensor of a storage of its own. */
    public Pickle tensor(String type, String key, long... shape) {
        long elements = 1;
        for (long dimension : shape) {
            elements *= dimension;
        }
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        global("torch._utils", "_rebuild_tensor_v2").mark().storage(type, key, elements);
        return integer(0).integers(shape).integers(strides).endTensor();
    }

    /** A tuple of integers. */
    public Pickle integers(long... values) {
        mark();
        for (long value : values) {
            integer(value);
        }
        return tuple();
    }

    /** What follows a tensor's strides: requires_grad, hooks, and the call. */
    public Pickle endTensor() {
        return op(0x89).global("collections", "OrderedDict")
                .emptyTuple()
                .reduce()
                .tuple()
                .reduce();
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    private static byte[] littleEndian(long value, int bytes) {
        byte[] all = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        return Arrays.copyOf(all, bytes);
    }
}
