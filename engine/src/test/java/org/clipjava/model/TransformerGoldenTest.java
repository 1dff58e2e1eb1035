package org.clipjava.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.Embedding;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TestData;
import org.clipjava.text.TokenSequence;
import org.clipjava.weights.ClipWeights;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Both towers against the original PyTorch implementation with the same synthetic weights: every hidden state that the
 * goldens hold, embeddings and logits.
 */
class TransformerGoldenTest {
    /** The bounds that the reference sets itself: absolute, and relative to the largest component. */
    private static final double ABSOLUTE = 1e-4;

    private static final double RELATIVE = 2e-5;

    @TestFactory
    Stream<DynamicNode> tinyEqualsTheReference() {
        return everyWay("tiny", SyntheticCheckpoint.TINY);
    }

    @TestFactory
    Stream<DynamicNode> fullSizeEqualsTheReference() {
        return everyWay("vit-b-32", SyntheticCheckpoint.VIT_B_32);
    }

    private static Stream<DynamicNode> everyWay(String model, SyntheticCheckpoint checkpoint) {
        ClipWeights weights = SyntheticWeights.of(checkpoint);
        // where the build asks for one vector width, the scalar kernels have had their turn
        List<Kernels> everyKernels = System.getProperty("clip.test.vectorBits") == null
                ? List.of(Kernels.scalar(), Kernels.vector())
                : List.of(Kernels.vector());
        return TestData.having("golden/" + model + ".safetensors").stream()
                .flatMap(data -> everyKernels.stream()
                        .map(kernels -> DynamicContainer.dynamicContainer(
                                data + ", " + kernels.description(), tests(data, model, weights, kernels))));
    }

    private static Stream<DynamicNode> tests(TestData data, String model, ClipWeights weights, Kernels kernels) {
        try (SafetensorsFile golden = SafetensorsFile.open(data.path("golden/" + model + ".safetensors"))) {
            Map<String, float[]> computed = compute(golden, weights, kernels);
            List<DynamicNode> tests = new ArrayList<>();
            golden.tensors().forEach((name, tensor) -> {
                if (!name.equals("input_ids")) {
                    float[] expected = golden.data(tensor).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
                    float[] found = computed.get(name);
                    tests.add(DynamicTest.dynamicTest(name, () -> assertClose(expected, found)));
                }
            });
            return tests.stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything that the golden file may ask for, under its names. */
    private static Map<String, float[]> compute(SafetensorsFile golden, ClipWeights weights, Kernels kernels) {
        Map<String, float[]> computed = new TreeMap<>();
        Workspace.Pool pool = new Workspace.Pool(1, Runnable::run);
        int side = weights.config().vision().imageSize();
        int tokens = weights.config().vision().tokens();

        VisionTransformer vision = new VisionTransformer(weights.config(), weights.vision(), kernels, pool);
        List<PixelTensor> pictures = pictures(side);
        vision.observe(pictures, (name, values) -> {
            String goldenName = "vision."
                    + Map.of("ln_pre", "pre_layrnorm", "ln_post", "post_layernorm")
                            .getOrDefault(name, name);
            float[] classTokens = rows(values, pictures.size(), i -> i * tokens);
            computed.put(goldenName + ".class_token", classTokens);
            // the reference normalises the class tokens alone
            computed.put(goldenName, name.equals("ln_post") ? classTokens : rows(values, values.rows(), i -> i));
        });
        float[][] imageEmbeddings = vision.encode(pictures);

        int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
        int context = weights.config().text().contextLength();
        List<int[]> texts = IntStream.range(0, ids.length / context)
                .mapToObj(i -> Arrays.copyOfRange(ids, i * context, (i + 1) * context))
                .toList();
        int[] ends = texts.stream()
                .mapToInt(text -> IntStream.range(0, context)
                        .filter(i -> text[i] == 49407)
                        .findFirst()
                        .orElseThrow())
                .toArray();
        TextTransformer text = new TextTransformer(weights.config(), weights.text(), kernels, pool);
        // with all its padding, since the goldens hold the padded rows as well
        text.observe(texts, (name, values) -> {
            String goldenName = "text." + name.replace("ln_final", "final_layer_norm");
            computed.put(goldenName, rows(values, values.rows(), i -> i));
            computed.put(goldenName + ".eot", rows(values, texts.size(), i -> i * context + ends[i]));
        });
        float[][] textEmbeddings =
                text.encode(texts.stream().map(t -> TokenSequence.of(t, false)).toList());

        computed.put("image_embeds", concatenate(imageEmbeddings));
        computed.put("image_embeds_f64_as_f32", concatenate(imageEmbeddings));
        float[] textEmbedding = concatenate(textEmbeddings);
        computed.put("text_embeds", textEmbedding);
        computed.put("text_embeds_f64_as_f32", textEmbedding);
        computed.put("logits_per_image", logits(weights, imageEmbeddings, textEmbeddings));
        return computed;
    }

    private static float[] logits(ClipWeights weights, float[][] images, float[][] texts) {
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

    private static float[] rows(Activations values, int count, IntUnaryOperator row) {
        int width = values.columns();
        float[] rows = new float[count * width];
        for (int i = 0; i < count; i++) {
            values.read(row.applyAsInt(i), 0, width, rows, i * width);
        }
        return rows;
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
