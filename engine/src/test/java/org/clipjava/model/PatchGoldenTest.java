package org.clipjava.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.clipjava.Embedding;
import org.clipjava.config.PatchMethod;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.PatchStates;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Kernels;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Embeddings of patches by every method, and positions of other sizes, against PyTorch. */
class PatchGoldenTest {
    /** The bounds of {@link TransformerGoldenTest}: absolute, and relative to the largest component. */
    private static final double ABSOLUTE = 1e-4;

    private static final double RELATIVE = 2e-5;

    @TestFactory
    Stream<DynamicTest> tinyEqualsTheReference() throws IOException {
        return everyWay("tiny", SyntheticCheckpoint.TINY, 1);
    }

    @TestFactory
    Stream<DynamicTest> fullSizeEqualsTheReference() throws IOException {
        return everyWay("vit-b-32", SyntheticCheckpoint.VIT_B_32, 11);
    }

    /** @param step every how manieth cell is in the golden */
    private static Stream<DynamicTest> everyWay(String model, SyntheticCheckpoint checkpoint, int step)
            throws IOException {
        SyntheticWeights weights = SyntheticWeights.of(checkpoint);
        // where the build asks for one vector width, the scalar kernels have had their turn; at full size they take
        // minutes
        List<Kernels> everyKernels = step == 1 && System.getProperty("clip.test.vectorBits") == null
                ? List.of(Kernels.scalar(), Kernels.vector())
                : List.of(Kernels.vector());
        List<DynamicTest> tests = new ArrayList<>();
        try (SafetensorsFile golden = open(model)) {
            for (Kernels kernels : everyKernels) {
                ImageTower tower = new ImageTower(
                        weights.config().vision(), weights.vision(), kernels, new Workspace.Pool(1, Runnable::run));
                golden.tensors().forEach((name, tensor) -> {
                    if (!name.startsWith("positions.") && !name.startsWith("pooled.")) {
                        float[] cells = floats(golden, name);
                        float[] pooled = floats(golden, "pooled." + name.split("\\.", -1)[1]);
                        tests.add(DynamicTest.dynamicTest(
                                kernels.description() + ", " + name,
                                () -> assertEqualsTheReference(tower, name, step, cells, pooled)));
                    }
                });
            }
        }
        assertEquals(everyKernels.size() * PatchMethod.values().length * (step == 1 ? 3 : 2), tests.size());
        return tests.stream();
    }

    private static void assertEqualsTheReference(
            ImageTower tower, String name, int step, float[] cells, float[] pooled) {
        String[] parts = name.split("[.x]", -1);
        PatchMethod method = PatchMethod.valueOf(parts[0].toUpperCase(Locale.ROOT));
        PixelTensor pixels = pixels(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        PatchStates found = tower.encodePatches(List.of(pixels), method).getFirst();
        List<float[]> wanted = new ArrayList<>();
        for (int i = 0; i < found.patches().length; i += step) {
            wanted.add(Embedding.of(found.patches()[i]).normalized().toArray());
        }
        assertClose(cells, wanted);
        assertClose(pooled, List.of(found.pooled()));
    }

    @Test
    void positionsOfOtherSizesAreInterpolatedAsPyTorchDoesIt() throws IOException {
        SyntheticWeights weights = SyntheticWeights.of(SyntheticCheckpoint.TINY);
        VisionConfig config = weights.config().vision();
        try (SafetensorsFile golden = open("tiny")) {
            List<String> names = golden.tensors().keySet().stream()
                    .filter(name -> name.startsWith("positions."))
                    .toList();
            assertEquals(2, names.size());
            for (String name : names) {
                String[] parts = name.split("[.x]", -1);
                PatchGrid grid = PatchGrid.of(config, pixels(Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
                float[] found = PositionGrid.BICUBIC.interpolate(
                        weights.vision().positionEmbedding(), config.tower().width(), config.grid(), grid);
                float[] expected = floats(golden, name);
                assertEquals(expected.length, found.length);
                for (int i = 0; i < expected.length; i++) {
                    // PyTorch fuses products and sums, and which depends on the processor: some roundings of values
                    // below a half
                    assertEquals(expected[i], found[i], 4 * Math.ulp(0.5f), name + " at " + i);
                }
            }
        }
    }

    private static SafetensorsFile open(String model) throws IOException {
        return SafetensorsFile.open(TestData.committed().path("golden/patches-" + model + ".safetensors"));
    }

    private static float[] floats(SafetensorsFile file, String name) {
        return file.data(file.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    private static PixelTensor pixels(int height, int width) {
        float[] values = SyntheticCheckpoint.uniform("dense.pixel_values " + height + "x" + width, 3 * height * width);
        for (int i = 0; i < values.length; i++) {
            values[i] *= 2;
        }
        return PixelTensor.of(height, width, values);
    }

    private static void assertClose(float[] expected, List<float[]> rows) {
        int width = rows.getFirst().length;
        assertEquals(expected.length, rows.size() * width, "elements");
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double difference = Math.abs((double) expected[i] - rows.get(i / width)[i % width]);
            worst = difference <= worst ? worst : difference;
        }
        String found = "largest difference %.3g, largest component %s".formatted(worst, largest);
        assertTrue(worst <= ABSOLUTE && worst <= RELATIVE * largest, found);
    }
}
