package org.clipjava.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.config.PositionFilter;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticSiglip;
import org.clipjava.testdata.TestData;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SigLIP 2 for pictures of any shape against Hugging Face's own model with the same synthetic weights, which had all pictures in one padded
 * batch: within the bounds of {@link TransformerGoldenTest}.
 */
class NaflexGoldenTest {
    private static final double ABSOLUTE = 1e-4;
    private static final double RELATIVE = 2e-5;

    private static final int[][] TINY_GRIDS = {{1, 1}, {8, 8}, {1, 40}, {40, 1}, {5, 12}, {3, 7}};
    private static final int[][] B_16_GRIDS = {{16, 16}, {1, 1}, {2, 128}, {21, 12}};

    static Stream<Kernels> everyKernels() {
        return SiglipGoldenTest.everyKernels();
    }

    @ParameterizedTest
    @MethodSource("everyKernels")
    void tinyEqualsTheReference(Kernels kernels) throws IOException {
        SyntheticWeights weights = SyntheticWeights.of(SyntheticSiglip.NAFLEX_TINY);
        try (SafetensorsFile golden = golden("naflex-tiny")) {
            Embedded embedded = new Embedded();
            ImageTower tower = imageTower(weights, kernels, new Workspace.Pool(1, Runnable::run));
            float[][] images = tower.encode(pictures(weights, TINY_GRIDS), embedded);
            assertClose("vision.hidden.0", floats(golden, "vision.hidden.0"), embedded.rows.toArray(float[][]::new));
            assertClose("image_embeds", floats(golden, "image_embeds"), images);

            TextTower texts = new TextTower(
                    weights.config().text(), weights.text(), kernels, new Workspace.Pool(1, Runnable::run));
            int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
            List<TokenSequence> sequences = IntStream.range(0, ids.length / 64)
                    .mapToObj(i -> TokenSequence.of(Arrays.copyOfRange(ids, i * 64, (i + 1) * 64), false))
                    .toList();
            assertClose("text_embeds", floats(golden, "text_embeds"), texts.encode(sequences));
        }
    }

    /** With OpenCLIP's positions, against timm's NaFlexVit. */
    @ParameterizedTest
    @MethodSource("everyKernels")
    void equalsTimmsTowerWithItsPositions(Kernels kernels) throws IOException {
        SyntheticWeights weights = SyntheticWeights.of(SyntheticSiglip.NAFLEX_WIDE_HEADS);
        VisionConfig config = weights.config().vision().withAnyShape(PositionFilter.BICUBIC);
        ImageTower tower = new ImageTower(config, weights.vision(), kernels, new Workspace.Pool(1, Runnable::run));
        try (SafetensorsFile golden = golden("naflex-open-clip")) {
            Embedded embedded = new Embedded();
            float[][] images = tower.encode(pictures(weights, TINY_GRIDS), embedded);
            assertClose("vision.hidden.0", floats(golden, "vision.hidden.0"), embedded.rows.toArray(float[][]::new));
            assertClose("image_embeds", floats(golden, "image_embeds"), images);
        }
    }

    /** Four pictures through the image tower of B/16. */
    @Test
    @Tag("slow")
    void fullSizeEqualsTheReference() throws IOException {
        SyntheticWeights weights = SyntheticWeights.of(SyntheticSiglip.NAFLEX_B_16);
        try (SafetensorsFile golden = golden("naflex-b-16")) {
            ImageTower tower = imageTower(weights, Kernels.vector(), new Workspace.Pool(1, Runnable::run));
            assertClose("image_embeds", floats(golden, "image_embeds"), tower.encode(pictures(weights, B_16_GRIDS)));
        }
    }

    @ParameterizedTest
    @MethodSource("everyKernels")
    void isTheSameWhateverTheBatchAndTheThreads(Kernels kernels) {
        SyntheticWeights weights = SyntheticWeights.of(SyntheticSiglip.NAFLEX_TINY);
        List<PixelTensor> pictures = pictures(weights, TINY_GRIDS);
        ImageTower alone = imageTower(weights, kernels, new Workspace.Pool(1, Runnable::run));
        float[][] embeddings = pictures.stream()
                .map(picture -> alone.encode(List.of(picture))[0])
                .toArray(float[][]::new);
        List<Integer> order = List.of(5, 5, 0, 2, 5, 5, 5, 1, 3, 0, 4, 4); // here and there some of one grid
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            float[][] together = imageTower(weights, kernels, new Workspace.Pool(3, executor))
                    .encode(order.stream().map(pictures::get).toList());
            for (int i = 0; i < together.length; i++) {
                assertArrayEquals(embeddings[order.get(i)], together[i]);
            }
        }
    }

    @Test
    void refusesPicturesThatAreNotInWholePatches() {
        SyntheticWeights weights = SyntheticWeights.of(SyntheticSiglip.NAFLEX_TINY);
        ImageTower tower = imageTower(weights, Kernels.scalar(), new Workspace.Pool(1, Runnable::run));
        PixelTensor picture = PixelTensor.of(16, 20, new float[3 * 16 * 20]);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> tower.encode(List.of(picture)));
        assertEquals("expected pixels in whole patches of 8 x 8, found 16 x 20", e.getMessage());
    }

    private static SafetensorsFile golden(String name) throws IOException {
        return SafetensorsFile.open(TestData.committed().path("golden/" + name + ".safetensors"));
    }

    private static ImageTower imageTower(SyntheticWeights weights, Kernels kernels, Workspace.Pool pool) {
        return new ImageTower(weights.config().vision(), weights.vision(), kernels, pool);
    }

    private static List<PixelTensor> pictures(SyntheticWeights weights, int[][] grids) {
        VisionConfig config = weights.config().vision();
        List<PixelTensor> pictures = new ArrayList<>();
        for (int[] grid : grids) {
            int height = grid[0] * config.patchSize();
            int width = grid[1] * config.patchSize();
            String name = "golden.naflex.pixel_values " + grid[0] + "x" + grid[1];
            pictures.add(PixelTensor.of(height, width, SyntheticCheckpoint.uniform(name, 3 * height * width)));
        }
        return pictures;
    }

    private static float[] floats(SafetensorsFile file, String name) {
        return file.data(file.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /** What the first layer is given, of all pictures in their order. */
    private static final class Embedded implements HiddenStates {
        private final List<float[]> rows = new ArrayList<>();

        @Override
        public void computed(String name, Activations values) {
            for (int row = 0; name.equals("embeddings") && row < values.rows(); row++) {
                float[] state = new float[values.columns()];
                values.read(row, 0, state.length, state, 0);
                rows.add(state);
            }
        }

        @Override
        public void pooled(String name, Activations values, IntUnaryOperator input) {}
    }

    private static void assertClose(String name, float[] expected, float[][] found) {
        assertEquals(expected.length, found.length * found[0].length, name);
        double largest = 0;
        double worst = 0;
        int at = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double difference = Math.abs((double) expected[i] - found[i / found[0].length][i % found[0].length]);
            if (!(difference <= worst)) {
                worst = difference;
                at = i;
            }
        }
        String message = "%s, row %d, component %d: difference %s, largest component %s"
                .formatted(name, at / found[0].length, at % found[0].length, worst, largest);
        assertTrue(worst <= Math.min(ABSOLUTE, RELATIVE * largest), message);
    }
}
