package org.clipjava.convert;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever NumPy's archive holds: arrays that can be read, also as Hugging Face lays them out, or an error. */
class NpzFileFuzzTest {
    @MethodSource
    @FuzzTest
    void npzFiles(byte[] bytes) {
        try (NpzFile file = NpzFile.of(MemorySegment.ofArray(bytes), "fuzz")) {
            for (SourceTensor tensor : file.tensors().values()) {
                read(tensor);
            }
            for (SourceTensor tensor : TensorNames.of(file.tensors().keySet(), "fuzz")
                    .translated(file.tensors())
                    .values()) {
                read(tensor);
            }
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        }
    }

    private static void read(SourceTensor tensor) throws ModelFormatException {
        if (tensor.elements() > 0 && tensor.dtype().name().matches("B?F(16|32)")) {
            tensor.read(0, new float[(int) Math.min(tensor.elements(), 16)]);
        }
    }

    static Stream<byte[]> npzFiles() {
        return Stream.of(layers("encoderblock_0", ""), layers("encoderblock", "1, "));
    }

    /** A little of a SigLIP, with a weight of each form. */
    private static byte[] layers(String block, String layers) {
        ZipBytes zip = new ZipBytes();
        add(zip, "img/embedding/kernel", "(1, 1, 3, 2)", 6);
        add(zip, "img/pos_embedding", "(1, 4, 2)", 8);
        String layer = "img/Transformer/" + block + "/";
        add(zip, layer + "LayerNorm_0/scale", "(" + layers + "2,)", 2);
        add(zip, layer + "MultiHeadDotProductAttention_0/query/kernel", "(" + layers + "2, 1, 2)", 4);
        add(zip, layer + "MultiHeadDotProductAttention_0/query/bias", "(" + layers + "1, 2)", 2);
        add(zip, layer + "MultiHeadDotProductAttention_0/out/kernel", "(" + layers + "1, 2, 2)", 4);
        add(zip, layer + "MlpBlock_0/Dense_0/kernel", "(" + layers + "2, 3)", 6);
        add(zip, "t", "(1,)", 1);
        return zip.toBytes();
    }

    private static void add(ZipBytes zip, String name, String shape, int elements) {
        zip.add("params/" + name + ".npy", NpyBytes.of("<f4", shape, NpyBytes.floats(new float[elements])));
    }
}
