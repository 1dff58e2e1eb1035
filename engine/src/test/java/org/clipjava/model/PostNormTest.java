package org.clipjava.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.clipjava.config.Activation;
import org.clipjava.config.NormPlacement;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Panels;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.text.TokenSequence;
import org.clipjava.weights.BlockWeights;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.TextWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Text towers of BERT's kind: their results do not depend on batch, threads or padding. {@code MultilingualTest} of the converter compares
 * them with the original.
 */
class PostNormTest {
    private static final int WIDTH = 48;
    private static final int MLP = 70;
    private static final int EMBED = 21;
    private static final int VOCABULARY = 100;
    private static final int CONTEXT = 12;
    private static final int MASKED = 1;

    static Stream<Kernels> everyKernels() {
        return System.getProperty("clip.test.vectorBits") == null
                ? Stream.of(Kernels.scalar(), Kernels.vector())
                : Stream.of(Kernels.vector());
    }

    private static TextConfig config(TextPool pool) {
        return TextConfig.of(
                        TowerConfig.of(WIDTH, 3, 2, MLP, Activation.GELU, 1e-5f).withNorm(NormPlacement.AFTER),
                        CONTEXT,
                        VOCABULARY,
                        pool)
                .withMask(TextMask.NONE)
                .withMaskedToken(MASKED)
                .withLnPre(true)
                .withProjection(Projection.MLP);
    }

    private static TextTower tower(TextPool pool, Kernels kernels, Workspace.Pool workspaces) {
        List<BlockWeights> blocks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            blocks.add(BlockWeights.of(
                    norm("1." + i),
                    linear("qkv" + i, 3 * WIDTH, WIDTH, true),
                    linear("out" + i, WIDTH, WIDTH, true),
                    norm("2." + i),
                    linear("fc1" + i, MLP, WIDTH, true),
                    linear("fc2" + i, WIDTH, MLP, true)));
        }
        float[] table = SyntheticCheckpoint.uniform("table", VOCABULARY * WIDTH);
        int hidden = (WIDTH + EMBED) / 2;
        TextWeights weights = TextWeights.of(
                new EmbeddingTable(
                        "table", WeightType.F32, VOCABULARY, WIDTH, MemorySegment.ofArray(table), new float[0]),
                SyntheticCheckpoint.uniform("positions", CONTEXT * WIDTH),
                Optional.of(norm("pre")),
                blocks,
                Optional.empty(),
                Optional.of(linear("hidden", hidden, WIDTH, false)),
                Optional.of(linear("projection", EMBED, hidden, false)));
        return new TextTower(config(pool), weights, kernels, workspaces);
    }

    private static LayerNormWeights norm(String name) {
        return new LayerNormWeights(
                SyntheticCheckpoint.uniform(name + ".weight", WIDTH),
                SyntheticCheckpoint.uniform(name + ".bias", WIDTH),
                1e-5f);
    }

    private static LinearWeights linear(String name, int outputs, int inputs, boolean bias) {
        return new LinearWeights(
                Panels.of(WeightType.F32, SyntheticCheckpoint.uniform(name, outputs * inputs), outputs, inputs),
                bias ? SyntheticCheckpoint.uniform(name + ".bias", outputs) : new float[0]);
    }

    private static TokenSequence text(int... ids) {
        return TokenSequence.of(ids, false);
    }

    private static List<TokenSequence> texts() {
        return List.of(text(0, 17, 2), text(0, 17, 9, 2), text(0, 17, 2), text(0, 2), text(0, 3, 4, 5, 6, 7, 8, 9, 2));
    }

    @ParameterizedTest
    @MethodSource("everyKernels")
    void isTheSameWhateverTheBatchAndTheThreads(Kernels kernels) {
        for (TextPool pool : List.of(new TextPool.Mean(), new TextPool.FirstOf(17), new TextPool.Last())) {
            List<TokenSequence> texts = pool instanceof TextPool.FirstOf ? texts().subList(0, 3) : texts();
            Workspace.Pool alone = new Workspace.Pool(1, Runnable::run);
            float[][] one = texts.stream()
                    .map(text -> tower(pool, kernels, alone).encode(List.of(text))[0])
                    .toArray(float[][]::new);
            try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
                List<TokenSequence> many = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    many.addAll(texts);
                }
                float[][] together =
                        tower(pool, kernels, new Workspace.Pool(4, executor)).encode(many);
                for (int i = 0; i < together.length; i++) {
                    assertArrayEquals(one[i % one.length], together[i], pool + ", text " + i);
                }
            }
        }
    }

    /** What is masked is as if it were not there, wherever it stands: so a text may be padded, and is not made longer by it. */
    @ParameterizedTest
    @MethodSource("everyKernels")
    void theMaskedTokenDoesNotCount(Kernels kernels) {
        TextTower tower = tower(new TextPool.Mean(), kernels, new Workspace.Pool(1, Runnable::run));
        float[][] found =
                tower.encode(List.of(text(0, 17, 9, 2), text(0, 17, 9, 2, 1, 1, 1, 1), text(0, 1, 17, 1, 9, 2, 1)));
        assertArrayEquals(found[0], found[1]);
        assertArrayEquals(found[0], found[2]);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> tower.encode(List.of(text(1, 1))));
        assertEquals("expected a token that is not masked, found only 1", e.getMessage());
    }

    /** The last layer takes one row of each text through, or all, as the pool wants. */
    @ParameterizedTest
    @MethodSource("everyKernels")
    void aRowThatIsPooledAloneIsTheSame(Kernels kernels) {
        List<float[]> rows = new ArrayList<>();
        for (TextPool pool : List.of(new TextPool.Mean(), new TextPool.Last())) {
            TextTower tower = tower(pool, kernels, new Workspace.Pool(1, Runnable::run));
            tower.encode(List.of(text(0, 17, 9, 2)), new LastRow(rows));
        }
        assertArrayEquals(rows.get(0), rows.get(1));
    }

    /** Collects the last row of the last layer's states. */
    private record LastRow(List<float[]> rows) implements HiddenStates {
        @Override
        public void computed(String name, Activations values) {
            take(name, values);
        }

        @Override
        public void pooled(String name, Activations values, IntUnaryOperator input) {
            take(name, values);
        }

        private void take(String name, Activations values) {
            if (name.equals("layer.2")) {
                float[] row = new float[WIDTH];
                values.read(values.rows() - 1, 0, WIDTH, row, 0);
                rows.add(row);
            }
        }
    }
}
