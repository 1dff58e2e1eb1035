package org.clipjava.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.Embedding;
import org.clipjava.config.TextConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TestData;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Both towers against the original PyTorch implementation with the same synthetic weights, through the pass that {@code encode} runs:
 * every hidden state of the goldens that it computes, embeddings and logits. It computes all tokens of pictures up to the layer before the
 * last, all tokens of texts up to the one that ends them, and of the last layer what is pooled.
 */
class TransformerGoldenTest {
    /** The bounds that the reference sets itself: absolute, and relative to the largest component. */
    private static final double ABSOLUTE = 1e-4;

    private static final double RELATIVE = 2e-5;

    private static final String SCALAR_HAD_ITS_TURN = "the build asks for one vector width";

    @TestFactory
    Stream<DynamicNode> tinyEqualsTheReference() {
        return with(Kernels.vector(), "tiny", SyntheticCheckpoint.TINY);
    }

    @TestFactory
    @DisabledIfSystemProperty(named = "clip.test.vectorBits", matches = ".+", disabledReason = SCALAR_HAD_ITS_TURN)
    Stream<DynamicNode> tinyEqualsTheReferenceOnScalarKernels() {
        return with(Kernels.scalar(), "tiny", SyntheticCheckpoint.TINY);
    }

    @TestFactory
    Stream<DynamicNode> fullSizeEqualsTheReference() {
        return with(Kernels.vector(), "vit-b-32", SyntheticCheckpoint.VIT_B_32);
    }

    @TestFactory
    @Tag("thorough")
    @DisabledIfSystemProperty(named = "clip.test.vectorBits", matches = ".+", disabledReason = SCALAR_HAD_ITS_TURN)
    Stream<DynamicNode> fullSizeEqualsTheReferenceOnScalarKernels() {
        return with(Kernels.scalar(), "vit-b-32", SyntheticCheckpoint.VIT_B_32);
    }

    private static Stream<DynamicNode> with(Kernels kernels, String model, SyntheticCheckpoint checkpoint) {
        SyntheticWeights weights = SyntheticWeights.of(checkpoint);
        return TestData.having("golden/" + model + ".safetensors").stream()
                .map(data -> DynamicContainer.dynamicContainer(
                        data + ", " + kernels.description(), tests(data, model, weights, kernels)));
    }

    private static Stream<DynamicNode> tests(TestData data, String model, SyntheticWeights weights, Kernels kernels) {
        try (SafetensorsFile golden = SafetensorsFile.open(data.path("golden/" + model + ".safetensors"))) {
            Map<String, Rows> computed = compute(golden, weights, kernels);
            List<DynamicNode> tests = new ArrayList<>();
            golden.tensors().forEach((name, tensor) -> {
                if (!name.equals("input_ids")) {
                    float[] expected = golden.data(tensor).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
                    Rows found = computed.get(name);
                    tests.add(DynamicTest.dynamicTest(name, () -> found.assertCloseTo(expected)));
                }
            });
            return tests.stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything that the golden file may ask for, under its names. */
    private static Map<String, Rows> compute(SafetensorsFile golden, SyntheticWeights weights, Kernels kernels) {
        Map<String, Rows> computed = new TreeMap<>();
        Workspace.Pool pool = new Workspace.Pool(1, Runnable::run);
        VisionConfig visionConfig = weights.config().vision();
        int last = visionConfig.tower().layers() - 1;

        List<PixelTensor> pictures = pictures(visionConfig.imageSize());
        PictureStates pictureStates = new PictureStates(pictures.size(), visionConfig.tokens());
        float[][] images =
                new ImageTower(visionConfig, weights.vision(), kernels, pool).encode(pictures, pictureStates);
        pictureStates.rows.forEach((name, rows) -> {
            String goldenName = "vision."
                    + Map.of("ln_pre", "pre_layrnorm", "ln_post", "post_layernorm")
                            .getOrDefault(name, name);
            Rows classTokens = rows.every(visionConfig.tokens(), 0);
            computed.put(goldenName + ".class_token", classTokens);
            // the reference normalises the class tokens alone
            computed.put(goldenName, name.equals("ln_post") ? classTokens : rows);
            boolean pooledAlone = name.equals("layer." + last) || name.equals("ln_post");
            assertEquals(pictures.size() * (pooledAlone ? 1 : visionConfig.tokens()), rows.count(), name);
        });

        int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
        TextConfig textConfig = weights.config().text();
        int context = textConfig.contextLength();
        List<int[]> texts = IntStream.range(0, ids.length / context)
                .mapToObj(i -> Arrays.copyOfRange(ids, i * context, (i + 1) * context))
                .toList();
        int tokens = texts.stream().mapToInt(text -> end(text) + 1).sum();
        TextStates textStates = new TextStates(texts.size(), context);
        float[][] textEmbeddings = new TextTower(textConfig, weights.text(), kernels, pool)
                .encode(
                        texts.stream()
                                .map(text -> TokenSequence.of(text, false))
                                .toList(),
                        textStates);
        int lastOfText = textConfig.tower().layers() - 1;
        textStates.rows.forEach((name, rows) -> {
            String goldenName = "text." + name.replace("ln_final", "final_layer_norm");
            computed.put(goldenName, rows);
            computed.put(goldenName + ".eot", rows.at(i -> i * context + end(texts.get(i)), texts.size()));
            boolean pooledAlone = name.equals("layer." + lastOfText) || name.equals("ln_final");
            assertEquals(pooledAlone ? texts.size() : tokens, rows.count(), name);
        });

        computed.put("image_embeds", new Rows(images));
        computed.put("image_embeds_f64_as_f32", new Rows(images));
        computed.put("text_embeds", new Rows(textEmbeddings));
        computed.put("text_embeds_f64_as_f32", new Rows(textEmbeddings));
        computed.put("logits_per_image", new Rows(new float[][] {logits(weights, images, textEmbeddings)}));
        return computed;
    }

    /** Where a text's end token first stands. */
    private static int end(int[] text) {
        return IntStream.range(0, text.length)
                .filter(i -> text[i] == 49407)
                .findFirst()
                .orElseThrow();
    }

    /** States of tokens in the order of the golden; null where the pass does not compute one. */
    private record Rows(float[][] values) {
        Rows(int rows) {
            this(new float[rows][]);
        }

        int count() {
            return (int) Arrays.stream(values).filter(row -> row != null).count();
        }

        Rows every(int step, int first) {
            return at(i -> first + i * step, values.length / step);
        }

        Rows at(IntUnaryOperator row, int count) {
            return new Rows(IntStream.range(0, count)
                    .mapToObj(i -> values[row.applyAsInt(i)])
                    .toArray(float[][]::new));
        }

        void assertCloseTo(float[] expected) {
            int width = expected.length / values.length;
            assertTrue(count() > 0, "nothing was computed");
            List<float[]> wanted = new ArrayList<>();
            List<float[]> found = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null) {
                    assertEquals(width, values[i].length);
                    wanted.add(Arrays.copyOfRange(expected, i * width, (i + 1) * width));
                    found.add(values[i]);
                }
            }
            assertClose(concatenate(wanted.toArray(float[][]::new)), concatenate(found.toArray(float[][]::new)));
        }
    }

    /** Hears of a batch's states, token by token. */
    private abstract static class States implements HiddenStates {
        final Map<String, Rows> rows = new TreeMap<>();
        private final int inputs;
        private final int tokens;

        States(int inputs, int tokens) {
            this.inputs = inputs;
            this.tokens = tokens;
        }

        void put(String name, int input, int token, Activations values, int row) {
            float[] state = new float[values.columns()];
            values.read(row, 0, state.length, state, 0);
            rows.computeIfAbsent(name, key -> new Rows(inputs * tokens)).values()[input * tokens + token] = state;
        }
    }

    private static final class PictureStates extends States {
        private final int tokens;

        PictureStates(int pictures, int tokens) {
            super(pictures, tokens);
            this.tokens = tokens;
        }

        @Override
        public void computed(String name, Activations values) {
            for (int row = 0; row < values.rows(); row++) {
                put(name, row / tokens, row % tokens, values, row);
            }
        }

        @Override
        public void pooled(String name, Activations values, IntUnaryOperator input) {
            for (int row = 0; row < values.rows(); row++) {
                put(name, input.applyAsInt(row), 0, values, row);
            }
        }
    }

    private static final class TextStates extends States {
        private Optional<PrefixTree> tree = Optional.empty();

        TextStates(int texts, int context) {
            super(texts, context);
        }

        @Override
        public void folded(PrefixTree folded) {
            tree = Optional.of(folded);
        }

        @Override
        public void computed(String name, Activations values) {
            PrefixTree texts = tree.orElseThrow();
            for (int i = 0; i < texts.pooledSpans().size(); i++) {
                int[] path = texts.pooledSpans().get(i).keys();
                for (int token = 0; token < path.length; token++) {
                    put(name, texts.text(i), token, values, path[token]);
                }
            }
        }

        @Override
        public void pooled(String name, Activations values, IntUnaryOperator input) {
            PrefixTree texts = tree.orElseThrow();
            for (int i = 0; i < values.rows(); i++) {
                put(name, input.applyAsInt(i), texts.pooledSpans().get(i).keys().length - 1, values, i);
            }
        }
    }

    private static float[] logits(SyntheticWeights weights, float[][] images, float[][] texts) {
        float[] logits = new float[images.length * texts.length];
        for (int i = 0; i < logits.length; i++) {
            Embedding image = Embedding.of(images[i / texts.length]);
            Embedding text = Embedding.of(texts[i % texts.length]);
            logits[i] = (float) (Math.exp(weights.logitScale()) * image.cosine(text));
        }
        return logits;
    }

    private static List<PixelTensor> pictures(int side) {
        int size = 3 * side * side;
        float[] uniform = SyntheticCheckpoint.uniform("golden.pixel_values", 2 * size);
        for (int i = 0; i < uniform.length; i++) {
            uniform[i] *= 2;
        }
        return List.of(
                PixelTensor.of(side, side, Arrays.copyOfRange(uniform, 0, size)),
                PixelTensor.of(side, side, Arrays.copyOfRange(uniform, size, 2 * size)));
    }

    private static float[] concatenate(float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[i].length, rows[i].length);
        }
        return all;
    }

    private static void assertClose(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length, "elements");
        double largest = 0;
        double worst = 0;
        int where = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double difference = Math.abs((double) expected[i] - actual[i]);
            if (!(difference <= worst)) {
                worst = difference;
                where = i;
            }
        }
        String found = "largest difference %.3g at %d: expected %s, found %s; largest component %s"
                .formatted(worst, where, expected[where], actual[where], largest);
        assertTrue(worst <= ABSOLUTE, found);
        assertTrue(worst <= RELATIVE * largest, found);
    }
}
