package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

    @Test
    void saysWhatItRunsOn() {
        Availability.Ready ready = assertInstanceOf(Availability.Ready.class, provider.availability());
        InstructionSet fastest = MachineCodeProvider.usable().iterator().next();
        assertEquals(List.of(fastest.title()), ready.devices());
        try (DotProducts products = provider.open()) {
            assertEquals("machine code, " + fastest.title(), products.description());
        }
    }

    @Test
    void refusesInstructionsThatAreNotThereOrUnknown() {
        System.setProperty(MachineCodeProvider.PROPERTY, "sse");
        try {
            Availability.Missing missing = assertInstanceOf(Availability.Missing.class, provider.availability());
            assertTrue(
                    missing.what().matches("-Dclip.machinecode: expected one of .*avx2, which .*, found 'sse'"),
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
                LinearWeights layer = layer(shape[2], shape[1], arena);
                Activations x = random(shape[0], shape[1]);
                float[] expected = linear(Kernels.vector(), x, layer, Workers.caller());
                for (InstructionSet set : MachineCodeProvider.usable()) {
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

    private static float[] linear(Kernels kernels, Activations x, LinearWeights layer, Workers workers) {
        int outputs = layer.weight().outputs();
        Activations out = Activations.zeros(x.rows(), outputs);
        kernels.linear(x, layer, Epilogue.QUICK_GELU, out, workers);
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

    private static LinearWeights layer(int outputs, int inputs, Arena arena) {
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
