package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.clipjava.bench.ForwardProfile.Operation;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.weights.PanelMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCaseTest {
    private static final ClipConfig TINY = ClipConfig.of(
            VisionConfig.of(TowerConfig.of(8, 2, 2, 16, Activation.GELU, 1e-5f), 6, 2),
            TextConfig.of(TowerConfig.of(8, 2, 2, 16, Activation.GELU, 1e-5f), 8, 10, new TextPool.FirstOf(9)),
            7);

    @Test
    void countsTheOperationsOfEachKernel() {
        assertEquals(
                2.0 * 3 * 5 * 7,
                KernelCase.Linear.parse("3x5x7", Epilogue.STORE, WeightType.F32).flops());
        assertEquals(8.0 * 3 * 5, KernelCase.LayerNorm.parse("3x5").flops());
        assertEquals(
                4.0 * 2 * 9 * 4, KernelCase.Attention.parse("2x3x4x2", false).flops());
        assertEquals(
                4.0 * 2 * 6 * 4, KernelCase.Attention.parse("2x3x4x2", true).flops());
    }

    /** A CLIP has a class token beside its nine patches of 3 x 2 x 2 values, and texts see what is before; a SigLIP has neither. */
    @Test
    void countsAModelsTokens() {
        ClipConfig siglip = ClipConfig.of(
                TINY.vision().withPool(new ImagePool.Attention(2, 16), false).withProjection(Projection.NONE),
                TINY.text().withMask(TextMask.NONE),
                8);
        for (ClipConfig config : List.of(TINY, siglip)) {
            List<KernelCase> images = KernelCase.ofImages(config, 3, WeightType.F32);
            assertEquals(new KernelCase.Linear(27, 12, 8, Epilogue.STORE, WeightType.F32), images.getFirst());
            boolean clip = config.vision().classToken();
            int tokens = clip ? 10 : 9;
            assertTrue(images.contains(new KernelCase.Attention(3, tokens, 8, 2, false)));
            assertTrue(KernelCase.ofTexts(config, 2, 6, WeightType.F32)
                    .contains(new KernelCase.Attention(2, 6, 8, 2, clip)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1x2", "1x2x3x4", "0x1x2", "ax1x2", "1x2x"})
    void refusesOtherShapes(String shape) {
        assertThrows(
                IllegalArgumentException.class, () -> KernelCase.Linear.parse(shape, Epilogue.STORE, WeightType.F32));
    }

    @ParameterizedTest
    @EnumSource
    void runsAtEveryShapeOfAModelOnEveryWeightType(WeightType type) {
        for (Kernels kernels : List.of(Kernels.scalar(), Kernels.vector())) {
            try (Crew crew = new Crew(2);
                    Arena arena = Arena.ofShared()) {
                for (KernelCase kernel : KernelCase.ofImages(TINY, 2, type)) {
                    assertDoesNotThrow(kernel.prepare(kernels, arena, crew.workers())::run, kernel.toString());
                }
                for (KernelCase kernel : KernelCase.ofTexts(TINY, 2, 3, type)) {
                    assertDoesNotThrow(kernel.prepare(kernels, arena, crew.workers())::run, kernel.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesTheSameMatrixOfEveryTypeButForItsPrecision(WeightType type) {
        try (Arena arena = Arena.ofConfined()) {
            PanelMatrix matrix = KernelCase.randomMatrix(type, 53, 5, arena, 1);
            float[] expected = KernelCase.random(53 * 5, 1);
            float[] panel = new float[5 * PanelMatrix.WIDTH];
            for (int o = 0; o < 64; o++) {
                matrix.readPanel(o / PanelMatrix.WIDTH, panel);
                for (int k = 0; k < 5; k++) {
                    float weight = o < 53 ? expected[o * 5 + k] : 0;
                    float found = panel[k * PanelMatrix.WIDTH + o % PanelMatrix.WIDTH];
                    assertEquals(weight, found, 1f / 254, type + " " + o + ", " + k);
                }
            }
        }
    }

    @Test
    void profilesEveryOperationOfAPass() {
        try (Crew crew = new Crew(2);
                Arena arena = Arena.ofShared()) {
            ForwardProfile profile = new ForwardProfile(TINY, WeightType.F32, Kernels.vector(), crew.workers(), arena);
            Map<Operation, Double> times = profile.measure(3, 0.01);
            assertEquals(Operation.values().length, times.size());
            assertTrue(times.values().stream().allMatch(seconds -> seconds > 0), times.toString());
        }
    }

    @Test
    void countsAPassAsTheSumOfItsKernels() {
        try (Crew crew = new Crew(1);
                Arena arena = Arena.ofShared()) {
            ForwardProfile profile = new ForwardProfile(TINY, WeightType.F32, Kernels.scalar(), crew.workers(), arena);
            double sum = profile.flops(3).values().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
            // 10 tokens a picture, patches of 12 values, two layers
            double rows = 30;
            double byHand = 2 * 27 * 12 * 8
                    + 5 * 8 * rows * 8
                    + 2 * (2 * rows * (4 * 8 * 8 + 2 * 8 * 16) + 4 * 3 * 100 * 8)
                    + 2 * 3 * 8 * 7;
            assertEquals(byHand, sum);
        }
    }
}
