package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.clipjava.config.WeightType;
import org.clipjava.encoder.Availability;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.DotProducts;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Workers;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;
import org.junit.jupiter.api.Test;

class MachineCodeProviderTest {
    private final DotProducts.Provider provider = new MachineCodeProvider();

    @Test
    void isFoundAsAService() {
        assertTrue(ServiceLoader.load(DotProducts.Provider.class).stream()
                .anyMatch(found -> found.type() == MachineCodeProvider.class));
        assertEquals("machinecode", provider.name());
    }

    /** Of a processor that has none of the instructions, or of another architecture. */
    @Test
    void saysInOneLineWhatIsMissing() {
        assumeTrue(MachineCodeProvider.usable().isEmpty(), "there are instructions here");
        Availability.Missing missing = assertInstanceOf(Availability.Missing.class, provider.availability());
        assertTrue(
                missing.what()
                        .matches("this processor has no (AVX2, or the .*|dot products of bytes)"
                                + "|there is machine code for x86-64 and arm64 only, and this is .*"),
                missing.what());
        assertEquals(
                missing.what(),
                assertThrows(IllegalStateException.class, provider::open).getMessage());
    }

    @Test
    void saysWhatItRunsOn() {
        assumeFalse(MachineCodeProvider.usable().isEmpty(), "no instructions here");
        Availability.Ready ready = assertInstanceOf(Availability.Ready.class, provider.availability());
        List<String> fastest = Stream.of(WeightType.INT8, WeightType.BF16)
                .flatMap(numbers -> MachineCodeProvider.usable().stream()
                        .filter(set -> set.numbers() == numbers)
                        .limit(1))
                .map(InstructionSet::title)
                .toList();
        assertEquals(fastest, ready.devices());
        try (DotProducts products = provider.open()) {
            assertEquals("machine code, " + String.join(", ", fastest), products.description());
        }
    }

    @Test
    void takesTheInstructionsThatAreAskedForAndTheFastestForOtherNumbers() {
        Set<InstructionSet> usable = MachineCodeProvider.usable();
        for (InstructionSet set : usable) {
            System.setProperty(MachineCodeProvider.PROPERTY, set.spelling());
            try {
                List<InstructionSet> chosen = MachineCodeProvider.choose();
                assertTrue(chosen.contains(set), set + ": " + chosen);
                assertEquals(
                        usable.stream().map(InstructionSet::numbers).distinct().toList(),
                        chosen.stream().map(InstructionSet::numbers).toList());
            } finally {
                System.clearProperty(MachineCodeProvider.PROPERTY);
            }
        }
    }

    @Test
    void refusesInstructionsThatAreNotThereOrUnknown() {
        InstructionSet there = MultiplyContract.anyOf(WeightType.INT8);
        System.setProperty(MachineCodeProvider.PROPERTY, "sse");
        try {
            Availability.Missing missing = assertInstanceOf(Availability.Missing.class, provider.availability());
            assertTrue(
                    missing.what()
                            .matches("-Dclip.machinecode: expected one of .*" + there.spelling()
                                    + ".*, which this processor has, found 'sse'"),
                    missing.what());
            assertEquals(
                    missing.what(),
                    assertThrows(IllegalStateException.class, provider::open).getMessage());
        } finally {
            System.clearProperty(MachineCodeProvider.PROPERTY);
        }
    }

    /** Bit for bit what plain vectors give, for every instruction set and whoever shares the work. */
    @Test
    void layersGiveWhatTheVectorApiGives() {
        try (Arena arena = Arena.ofShared();
                ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int[] shape : new int[][] {{1, 1, 1}, {50, 768, 96}, {13, 1100, 70}, {37, 130, 33}}) {
                LinearWeights layer = int8Layer(shape[2], shape[1], arena);
                Activations x = random(shape[0], shape[1]);
                float[] expected = linear(Kernels.vector(), x, layer, Workers.caller());
                for (InstructionSet set : usable(WeightType.INT8)) {
                    try (MachineCode code = new MachineCode(set);
                            Workers workers = new Workers(3, executor)) {
                        Kernels kernels = Kernels.vector(false, code);
                        assertArrayEquals(expected, linear(kernels, x, layer, Workers.caller()), set.title());
                        assertArrayEquals(expected, linear(kernels, x, layer, workers), set.title());
                    }
                }
            }
        }
    }

    /** Bit for bit what plain Java gives, for every instruction set and whoever shares the work. */
    @Test
    void layersOfBf16GiveWhatTheDefinitionGives() {
        try (Arena arena = Arena.ofShared();
                ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int[] shape : new int[][] {{1, 1, 1}, {50, 768, 96}, {13, 1100, 70}, {37, 130, 33}}) {
                LinearWeights layer = bf16Layer(shape[2], shape[1], arena);
                Activations x = random(shape[0], shape[1]);
                float[] expected = linear(Kernels.scalarInBf16(), x, layer, Epilogue.STORE, Workers.caller());
                for (InstructionSet set : usable(WeightType.BF16)) {
                    try (MachineCode code = new MachineCode(InstructionSet.AVX2, set);
                            Workers workers = new Workers(3, executor)) {
                        Kernels kernels = Kernels.vector(false, code);
                        Epilogue epilogue = Epilogue.STORE;
                        assertArrayEquals(expected, linear(kernels, x, layer, epilogue, Workers.caller()), set.title());
                        assertArrayEquals(expected, linear(kernels, x, layer, epilogue, workers), set.title());
                    }
                }
            }
        }
    }

    /** Where there are instructions for bytes alone, BF16 weights are widened, as on plain vectors. */
    @Test
    void whatHasNoInstructionsForBf16SaysSo() {
        try (MachineCode code = new MachineCode(MultiplyContract.anyOf(WeightType.INT8));
                Arena arena = Arena.ofConfined()) {
            assertEquals(Optional.empty(), code.pairOrder());
            MemorySegment memory = arena.allocate(32L * DotProducts.PAIRS_STRIDE);
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> code.multiplyPairs(1, 32, memory, 0, memory, 0, MemorySegment.NULL, memory));
        }
    }

    private static List<InstructionSet> usable(WeightType numbers) {
        return MachineCodeProvider.usable().stream()
                .filter(set -> set.numbers() == numbers)
                .toList();
    }

    private static float[] linear(Kernels kernels, Activations x, LinearWeights layer, Workers workers) {
        return linear(kernels, x, layer, Epilogue.QUICK_GELU, workers);
    }

    private static float[] linear(
            Kernels kernels, Activations x, LinearWeights layer, Epilogue epilogue, Workers workers) {
        int outputs = layer.weight().outputs();
        Activations out = Activations.zeros(x.rows(), outputs);
        kernels.linear(x, layer, epilogue, out, workers);
        float[] values = new float[x.rows() * outputs];
        for (int row = 0; row < x.rows(); row++) {
            out.read(row, 0, outputs, values, row * outputs);
        }
        return values;
    }

    private static Activations random(int rows, int columns) {
        Random random = new Random(3);
        Activations activations = Activations.zeros(rows, columns);
        for (int row = 0; row < rows; row++) {
            float[] values = new float[columns];
            for (int i = 0; i < columns; i++) {
                values[i] = (float) random.nextGaussian() + row % 3;
            }
            activations.write(values, 0, row, 0, columns);
        }
        return activations;
    }

    private static LinearWeights bf16Layer(int outputs, int inputs, Arena arena) {
        Random random = new Random(5);
        int panels = Math.ceilDiv(outputs, PanelMatrix.WIDTH);
        MemorySegment data = arena.allocate(panels * PanelMatrix.bytesPerPanel(WeightType.BF16, inputs), 64);
        float[] bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            bias[o] = random.nextFloat();
        }
        for (long at = 0; at < data.byteSize(); at += Short.BYTES) {
            float weight = Math.scalb((float) random.nextGaussian(), -random.nextInt(80));
            data.set(ValueLayout.JAVA_SHORT, at, (short) (Float.floatToIntBits(weight) >>> 16));
        }
        return new LinearWeights(new PanelMatrix("test", WeightType.BF16, outputs, inputs, data, new float[0]), bias);
    }

    private static LinearWeights int8Layer(int outputs, int inputs, Arena arena) {
        Random random = new Random(4);
        long perPanel = PanelMatrix.bytesPerPanel(WeightType.INT8, inputs);
        int panels = Math.ceilDiv(outputs, PanelMatrix.WIDTH);
        MemorySegment data = arena.allocate(panels * perPanel, 64);
        float[] scales = new float[outputs];
        float[] bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            int column = o % PanelMatrix.WIDTH;
            long panel = o / PanelMatrix.WIDTH * perPanel;
            int sum = 0;
            for (int k = 0; k < inputs; k++) {
                int weight = random.nextInt(-127, 128);
                sum += weight;
                data.set(ValueLayout.JAVA_BYTE, panel + PanelMatrix.place(WeightType.INT8, k, column), (byte) weight);
            }
            data.set(ValueLayout.JAVA_INT, panel + perPanel - 128 + column * 4L, sum);
            scales[o] = random.nextFloat() / 1000;
            bias[o] = random.nextFloat();
        }
        return new LinearWeights(new PanelMatrix("test", WeightType.INT8, outputs, inputs, data, scales), bias);
    }
}
