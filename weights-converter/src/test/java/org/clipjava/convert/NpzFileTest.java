package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NumPy's archives: those that NumPy wrote, and those that are made to do harm. */
class NpzFileTest {
    private static final byte[] SIX = NpyBytes.floats(0, 1, 2, 3, 4, 5);

    private static NpzFile open(byte[] file) throws ModelFormatException {
        return NpzFile.of(MemorySegment.ofArray(file), "a.npz");
    }

    private static NpzFile array(byte[] npy) throws ModelFormatException {
        return open(new ZipBytes().add("w.npy", npy).toBytes());
    }

    private static float[] read(SourceTensor tensor) throws ModelFormatException {
        float[] values = new float[Math.toIntExact(tensor.elements())];
        tensor.read(0, values);
        return values;
    }

    @Test
    void readsWhatNumpyWrote() throws IOException {
        try (NpzFile file = NpzFile.open(TestData.committed().path("numpy/siglip.npz"));
                NpzFile narrow = NpzFile.open(TestData.committed().path("numpy/siglip2.npz"))) {
            assertEquals(
                    "F32 [4, 4, 3, 24]",
                    file.tensors().get("params/img/embedding/kernel").typeAndShape());
            assertEquals(List.of(), file.tensors().get("opt/step").shape());
            assertEquals(4.7f, read(file.tensors().get("params/t"))[0]);
            assertEquals(
                    "BF16 [2, 24, 2, 12]",
                    narrow.tensors()
                            .get("params/img/Transformer/encoderblock/MultiHeadDotProductAttention_0/query/kernel")
                            .typeAndShape());
            // the bfloat16 next to 4.7
            assertEquals(4.6875f, read(narrow.tensors().get("params/t"))[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void readsEachVersion(int version) throws ModelFormatException {
        try (NpzFile file = array(NpyBytes.of(version, NpyBytes.header("<f4", "False", "(2, 3)"), SIX))) {
            assertArrayEquals(
                    new float[] {0, 1, 2, 3, 4, 5}, read(file.tensors().get("w")));
        }
    }

    @Test
    void readsFortransOrder() throws ModelFormatException {
        try (NpzFile file = array(NpyBytes.of(1, NpyBytes.header("<f4", "True", "(2, 3)"), SIX))) {
            SourceTensor tensor = file.tensors().get("w");
            assertArrayEquals(new float[] {0, 2, 4, 1, 3, 5}, read(tensor));
            assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, read(tensor.permuted(1, 0)));
            ModelFormatException e = assertThrows(ModelFormatException.class, () -> tensor.merged(0));
            assertEquals(
                    "a.npz: w: expected elements in C's order, found them in Fortran's; save it again as"
                            + " numpy.ascontiguousarray makes it",
                    e.getMessage());
        }
    }

    @Test
    void readsTypesAndShapes() throws ModelFormatException {
        for (Map.Entry<String, DType> type : Map.of(
                        "<f4", DType.F32, "<f2", DType.F16, "|V2", DType.BF16, "<V2", DType.BF16, "<i8", DType.I64)
                .entrySet()) {
            byte[] values = new byte[type.getValue().bits() / 8];
            for (String shape : List.of("()", "(1,)", "(1, 1)")) {
                try (NpzFile file = array(NpyBytes.of(type.getKey(), shape, values))) {
                    assertEquals(type.getValue(), file.tensors().get("w").dtype());
                }
            }
        }
    }

    /** Element by element from wherever it is asked: what is in between does not count. */
    @Test
    void readsViewsFromAnyPlace() throws ModelFormatException {
        float[] values = new float[24];
        for (int i = 0; i < 24; i++) {
            values[i] = i;
        }
        try (NpzFile file = array(NpyBytes.of("<f4", "(2, 3, 4)", NpyBytes.floats(values)))) {
            SourceTensor view = file.tensors().get("w").permuted(2, 0, 1);
            float[] all = read(view);
            assertEquals(List.of(4L, 2L, 3L), view.shape());
            assertEquals("[0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 1.0]", Arrays.toString(Arrays.copyOf(all, 7)));
            for (int first = 0; first < 24; first++) {
                for (int count = 0; first + count <= 24; count++) {
                    float[] some = new float[count];
                    view.read(first, some);
                    assertArrayEquals(Arrays.copyOfRange(all, first, first + count), some);
                }
            }
            assertArrayEquals(all, read(view.merged(1)));
        }
    }

    private record Case(byte[] file, String expected) {}

    private static Case npy(byte[] npy, String expected) {
        return new Case(new ZipBytes().add("w.npy", npy).toBytes(), "a.npz: w.npy: " + expected);
    }

    private static Case header(String header, String expected) {
        return npy(NpyBytes.of(1, header, SIX), expected);
    }

    private static Map<String, Case> hostile() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put(
                "nothing", new Case(new byte[0], "expected what numpy.savez writes (a zip archive), found something"));
        cases.put(
                "a web page",
                new Case("<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8), "found a web page; download it again"));
        byte[] whole =
                new ZipBytes().add("w.npy", NpyBytes.of("<f4", "(6,)", SIX)).toBytes();
        cases.put("half an archive", new Case(Arrays.copyOf(whole, whole.length / 2), "the file is cut short"));
        cases.put(
                "an entry that is no array",
                new Case(
                        new ZipBytes().add("w.txt", SIX).toBytes(),
                        "a.npz: w.txt: expected arrays alone, called ….npy, found another entry"));
        cases.put(
                "an entry that leads out",
                new Case(
                        new ZipBytes().add("../w.npy", SIX).toBytes(), "expected names of entries within the archive"));
        cases.put(
                "savez_compressed",
                new Case(
                        new ZipBytes()
                                .add("w.npy", SIX, entry -> entry.method(8))
                                .toBytes(),
                        "found one compressed by method 8; numpy.savez stores: save the arrays again"));
        cases.put("an array of no bytes", npy(new byte[0], "expected an array of NumPy's, found something else"));
        cases.put("another beginning", npy(new byte[64], "expected an array of NumPy's, found something else"));
        for (int version : new int[] {0, 4, 255}) {
            cases.put(
                    "version " + version,
                    npy(
                            NpyBytes.of(version, "", SIX),
                            "expected version 1, 2 or 3 of NumPy's format, found " + (byte) version));
        }
        cases.put(
                "a header beyond the array",
                npy(NpyBytes.of(1, 100, new byte[5], SIX), "expected a header of at most 29 bytes, found 100"));
        cases.put(
                "a header of 4 GB",
                npy(NpyBytes.of(2, -1, new byte[5], SIX), "expected a header of at most 29 bytes, found 4294967295"));
        cases.put(
                "a header of 70,000 bytes",
                npy(
                        NpyBytes.of(2, NpyBytes.header("<f4", "False", "(6,)") + " ".repeat(70_000), SIX),
                        "expected a header of at most 65536 bytes, found 700"));
        cases.put("no dictionary", header("", "expected a header with descr, fortran_order and shape, found \"\""));
        cases.put(
                "code in the place of a shape",
                header(
                        "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os').system('id'), }",
                        "expected a header with descr, fortran_order and shape"));
        cases.put(
                "columns of a record",
                header(
                        "{'descr': [('a', '<f4'), ('b', '<f4')], 'fortran_order': False, 'shape': (3,), }",
                        "expected a header with descr, fortran_order and shape"));
        cases.put(
                "a negative dimension",
                header(NpyBytes.header("<f4", "False", "(-6,)"), "expected a header with descr"));
        cases.put(
                "objects",
                header(
                        NpyBytes.header("|O", "False", "(6,)"),
                        "expected numbers such as <f4, <f2 or bfloat16's |V2, found \"|O\", Python's objects, which are a"
                                + " pickle and not read"));
        cases.put(
                "the highest byte first",
                header(
                        NpyBytes.header(">f4", "False", "(6,)"),
                        "expected numbers such as <f4, <f2 or bfloat16's |V2, found \">f4\"; save the arrays with their lowest byte first"));
        cases.put(
                "text",
                header(
                        NpyBytes.header("<U6", "False", "()"),
                        "expected numbers such as <f4, <f2 or bfloat16's |V2, found \"<U6\""));
        cases.put(
                "more than it has",
                header(NpyBytes.header("<f4", "False", "(7,)"), "expected 28 bytes for F32 [7], found 24"));
        cases.put(
                "less than it has",
                header(NpyBytes.header("<f4", "False", "(5,)"), "expected 20 bytes for F32 [5], found 24"));
        cases.put(
                "more than 64 bits of elements",
                header(
                        NpyBytes.header("<f4", "False", "(" + "999999999999999999, ".repeat(3) + ")"),
                        "the size of F32 [999999999999999999, 999999999999999999, 999999999999999999] overflows 64 bits"));
        cases.put(
                "a dimension of twenty digits",
                header(NpyBytes.header("<f4", "False", "(99999999999999999999,)"), "expected a shape of at most 8"));
        cases.put(
                "nine dimensions",
                header(NpyBytes.header("<f4", "False", "(" + "1, ".repeat(8) + "6)"), "expected a shape of at most 8"));
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> refusesHostileFiles() {
        return hostile().entrySet().stream()
                .map(hostile -> dynamicTest(hostile.getKey(), () -> {
                    ModelFormatException e = assertThrows(
                            ModelFormatException.class,
                            () -> open(hostile.getValue().file).close());
                    String message = String.valueOf(e.getMessage());
                    assertTrue(message.contains(hostile.getValue().expected), message);
                    assertEquals(1, message.lines().count(), message);
                    assertTrue(message.length() < 300, message);
                }));
    }

    @Test
    void noticesDamagedValuesWhenTheyAreRead() throws ModelFormatException {
        byte[] file =
                new ZipBytes().add("w.npy", NpyBytes.of("<f4", "(6,)", SIX)).toBytes();
        int last = new String(file, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002") - 1;
        file[last] ^= 1;
        try (NpzFile damaged = open(file)) {
            ModelFormatException e = assertThrows(
                    ModelFormatException.class, () -> read(damaged.tensors().get("w")));
            assertTrue(String.valueOf(e.getMessage()).contains("w.npy: expected CRC-32"), e.getMessage());
        }
    }

    @Test
    void refusesOtherWeightsOfJax() {
        ModelFormatException e = assertThrows(
                ModelFormatException.class,
                () -> OtherWeights.refuse(Set.of("Transformer/encoderblock_0/MlpBlock_3/Dense_0/kernel"), "vit.npz"));
        assertEquals(
                "vit.npz: expected the towers of a SigLIP of big_vision, img/… and txt/…, found other weights of JAX's",
                e.getMessage());
    }
}
