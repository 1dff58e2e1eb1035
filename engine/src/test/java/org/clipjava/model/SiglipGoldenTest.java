package org.clipjava.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.Embedding;
import org.clipjava.config.TextConfig;
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
 * Both towers of SigLIP against Hugging Face's own model with the same synthetic weights: every hidden state of the goldens that the pass
 * computes, embeddings and logits, within the bounds of {@link TransformerGoldenTest}.
 */
class SiglipGoldenTest {
    private static final double ABSOLUTE = 1e-4;
    private static final double RELATIVE = 2e-5;

    static Stream<Kernels> everyKernels() {
        return System.getProperty("clip.test.vectorBits") == null
                ? Stream.of(Kernels.scalar(), Kernels.vector())
                : Stream.of(Kernels.vector());
    }

    @ParameterizedTest
    @MethodSource("everyKernels")
    void everyHiddenStateOfTinyEqualsTheReference(Kernels kernels) throws IOException {
        List<String> compared = compare("siglip-tiny", SyntheticWeights.of(SyntheticSiglip.TINY), kernels);
        // all but what must not come out: texts whose padding is masked
        assertEquals(16, compared.size(), compared.toString());
    }

    /** Three pictures and five texts through 203 million weights. */
    @Test
    @Tag("slow")
    void fullSizeEqualsTheReference() throws IOException {
        compare("siglip-b-16-224", SyntheticWeights.of(SyntheticSiglip.B_16_224), Kernels.vector());
    }

    @ParameterizedTest
    @MethodSource("everyKernels")
    void isTheSameWhateverTheBatchAndTheThreads(Kernels kernels) throws IOException {
        SyntheticWeights weights = SyntheticWeights.of(SyntheticSiglip.TINY);
        List<PixelTensor> pictures = pictures(weights);
        List<TokenSequence> texts;
        try (SafetensorsFile golden =
                SafetensorsFile.open(TestData.committed().path("golden/siglip-tiny.safetensors"))) {
            texts = texts(golden, weights.config().text());
        }
        Workspace.Pool alone = new Workspace.Pool(1, Runnable::run);
        float[][] imagesAlone = pictures.stream()
                .map(picture -> imageTower(weights, kernels, alone).encode(List.of(picture))[0])
                .toArray(float[][]::new);
        float[][] textsAlone = texts.stream()
                .map(text -> textTower(weights, kernels, alone).encode(List.of(text))[0])
                .toArray(float[][]::new);
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            Workspace.Pool shared = new Workspace.Pool(4, executor);
            List<PixelTensor> manyPictures = new ArrayList<>();
            List<TokenSequence> manyTexts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                manyPictures.addAll(pictures);
                manyTexts.addAll(texts);
            }
            float[][] images = imageTower(weights, kernels, shared).encode(manyPictures);
            float[][] textEmbeddings = textTower(weights, kernels, shared).encode(manyTexts);
            for (int i = 0; i < images.length; i++) {
                assertArrayEquals(imagesAlone[i % pictures.size()], images[i]);
            }
            for (int i = 0; i < textEmbeddings.length; i++) {
                assertArrayEquals(textsAlone[i % texts.size()], textEmbeddings[i]);
            }
        }
    }

    @Test
    void padsTextsItself() {
        SyntheticWeights weights = SyntheticWeights.of(SyntheticSiglip.TINY);
        int[] ids = {17, 4, 9, 1};
        int[] padded = Arrays.copyOf(ids, 64);
        Arrays.fill(padded, 4, 64, 1);
        TextTower tower = textTower(weights, Kernels.scalar(), new Workspace.Pool(1, Runnable::run));
        float[][] embeddings = tower.encode(List.of(TokenSequence.of(ids, false), TokenSequence.of(padded, false)));
        assertArrayEquals(embeddings[1], embeddings[0]);
    }

    private static ImageTower imageTower(SyntheticWeights weights, Kernels kernels, Workspace.Pool pool) {
        return new ImageTower(weights.config().vision(), weights.vision(), kernels, pool);
    }

    private static TextTower textTower(SyntheticWeights weights, Kernels kernels, Workspace.Pool pool) {
        return new TextTower(weights.config().text(), weights.text(), kernels, pool);
    }

    /** The names that were compared. */
    private static List<String> compare(String model, SyntheticWeights weights, Kernels kernels) throws IOException {
        TestData data = TestData.having("golden/" + model + ".safetensors").getFirst();
        List<String> compared = new ArrayList<>();
        try (SafetensorsFile golden = SafetensorsFile.open(data.path("golden/" + model + ".safetensors"))) {
            Map<String, float[][]> computed = compute(golden, weights, kernels);
            golden.tensors().forEach((name, tensor) -> {
                float[][] found = computed.get(name);
                if (found != null) {
                    assertClose(name, golden.data(tensor).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED), found);
                    compared.add(name);
                }
            });
        }
        return compared;
    }

    /** Rows of states under the goldens' names; empty where the pass does not compute one. */
    private static Map<String, float[][]> compute(SafetensorsFile golden, SyntheticWeights weights, Kernels kernels) {
        Map<String, float[][]> computed = new TreeMap<>();
        Workspace.Pool pool = new Workspace.Pool(1, Runnable::run);
        List<PixelTensor> pictures = pictures(weights);
        int tokens = weights.config().vision().tokens();
        float[][] images = new float[pictures.size()][];
        for (int i = 0; i < images.length; i++) {
            States states = new States("vision", computed, pictures.size(), tokens, i);
            images[i] = imageTower(weights, kernels, pool).encode(List.of(pictures.get(i)), states)[0];
        }
        List<TokenSequence> texts = texts(golden, weights.config().text());
        int context = weights.config().text().contextLength();
        float[][] textEmbeddings = new float[texts.size()][];
        for (int i = 0; i < textEmbeddings.length; i++) {
            States states = new States("text", computed, texts.size(), context, i);
            textEmbeddings[i] = textTower(weights, kernels, pool).encode(List.of(texts.get(i)), states)[0];
        }
        for (String suffix : List.of("", "_f64_as_f32")) {
            computed.put("image_embeds" + suffix, images);
            computed.put("text_embeds" + suffix, textEmbeddings);
            computed.put("logits_per_image" + suffix, logits(weights, images, textEmbeddings));
        }
        return computed;
    }

    /** Of one input, whose tokens come in their order. */
    private record States(String tower, Map<String, float[][]> computed, int inputs, int tokens, int input)
            implements HiddenStates {
        @Override
        public void computed(String name, Activations values) {
            for (int row = 0; row < values.rows(); row++) {
                put(name, input * tokens + row, inputs * tokens, values, row);
            }
        }

        @Override
        public void pooled(String name, Activations values, IntUnaryOperator place) {
            boolean ofToken = tower.equals("text");
            put(name, ofToken ? input * tokens + tokens - 1 : input, ofToken ? inputs * tokens : inputs, values, 0);
        }

        private void put(String name, int place, int places, Activations values, int row) {
            String golden = name.startsWith("layer.")
                    ? "hidden." + (Integer.parseInt(name.substring("layer.".length())) + 1)
                    : Map.of(
                                    "embeddings", "hidden.0",
                                    "ln_post", "post_layernorm",
                                    "pool.attention", "head.attention",
                                    "ln_final", "final_layer_norm")
                            .get(name);
            float[] state = new float[values.columns()];
            values.read(row, 0, state.length, state, 0);
            computed.computeIfAbsent(tower + "." + golden, key -> new float[places][0])[place] = state;
        }
    }

    private static float[][] logits(SyntheticWeights weights, float[][] images, float[][] texts) {
        float[][] logits = new float[images.length][texts.length];
        for (int i = 0; i < images.length; i++) {
            for (int j = 0; j < texts.length; j++) {
                double cosine = Embedding.of(images[i]).cosine(Embedding.of(texts[j]));
                logits[i][j] = (float) (Math.exp(weights.logitScale()) * cosine + weights.logitBias());
            }
        }
        return logits;
    }

    private static List<PixelTensor> pictures(SyntheticWeights weights) {
        int side = weights.config().vision().imageSize();
        int size = 3 * side * side;
        float[] uniform = SyntheticCheckpoint.uniform("golden.siglip.pixel_values", 3 * size);
        return IntStream.range(0, 3)
                .mapToObj(i -> PixelTensor.of(side, side, Arrays.copyOfRange(uniform, i * size, (i + 1) * size)))
                .toList();
    }

    private static List<TokenSequence> texts(SafetensorsFile golden, TextConfig config) {
        int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
        int context = config.contextLength();
        return IntStream.range(0, ids.length / context)
                .mapToObj(i -> TokenSequence.of(Arrays.copyOfRange(ids, i * context, (i + 1) * context), false))
                .toList();
    }

    private static void assertClose(String name, float[] expected, float[][] found) {
        // full-size goldens of hidden states have some rows only: they are not compared
        int width = Stream.of(found).mapToInt(row -> row.length).max().orElseThrow();
        if (expected.length != found.length * width) {
            return;
        }
        double largest = 0;
        double worst = 0;
        Optional<String> where = Optional.empty();
        for (int row = 0; row < found.length; row++) {
            for (int i = 0; i < found[row].length; i++) {
                float wanted = expected[row * width + i];
                largest = Math.max(largest, Math.abs(wanted));
                double difference = Math.abs((double) wanted - found[row][i]);
                if (!(difference <= worst)) {
                    worst = difference;
                    where = Optional.of(name + ", row " + row + ", component " + i + ": expected " + wanted + ", found "
                            + found[row][i]);
                }
            }
        }
        assertTrue(largest > 0, name + ": nothing was compared");
        String message = where.orElse(name) + "; largest difference " + worst + ", largest component " + largest;
        assertTrue(worst <= ABSOLUTE, message);
        assertTrue(worst <= RELATIVE * largest, message);
    }
}
