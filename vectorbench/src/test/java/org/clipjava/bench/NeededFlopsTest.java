package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.junit.jupiter.api.Test;

class NeededFlopsTest {
    private static final ClipConfig VIT_B_32 = ClipConfig.of(
            VisionConfig.of(TowerConfig.of(768, 12, 12, 3072, Activation.QUICK_GELU, 1e-5f), 224, 32),
            TextConfig.of(
                    TowerConfig.of(512, 12, 8, 2048, Activation.QUICK_GELU, 1e-5f),
                    77,
                    49408,
                    new TextPool.FirstOf(49407)),
            512);

    /** One layer of width 2 and MLP width 4, projected to 3: small enough to count by hand. */
    private static final ClipConfig TINY = ClipConfig.of(
            VisionConfig.of(TowerConfig.of(2, 1, 1, 4, Activation.GELU, 1e-5f), 2, 1),
            TextConfig.of(TowerConfig.of(2, 1, 1, 4, Activation.GELU, 1e-5f), 8, 10, new TextPool.FirstOf(9)),
            3);

    /** As {@link #TINY}, but pooled by attention, texts filled up and without a mask, as SigLIP has it. */
    private static final ClipConfig TINY_SIGLIP = siglip(TowerConfig.of(2, 1, 1, 4, Activation.GELU_TANH, 1e-6f));

    private static ClipConfig siglip(TowerConfig tower) {
        return ClipConfig.of(
                VisionConfig.of(tower, 2, 1)
                        .withPool(new ImagePool.Attention(1, 4), false)
                        .withProjection(Projection.NONE),
                TextConfig.of(tower, 8, 10, new TextPool.Last())
                        .withMask(TextMask.NONE)
                        .withPadding(1)
                        .withProjection(Projection.LINEAR_WITH_BIAS),
                2);
    }

    @Test
    void countsATinyImageTowerAsByHand() {
        // 4 patches of 3 values to width 2; keys and values of 5 tokens; query, out, fc1, fc2, projection of one
        double byHand = 2 * (4 * 3 * 2 + 5 * (2 * 2 * 2) + (2 * 2 + 2 * 2 + 2 * 4 + 4 * 2) + 2 * 3);
        assertEquals(byHand, NeededFlops.ofImage(TINY));
    }

    @Test
    void needsTheKnownFigureForAPictureOfVitB32() {
        // the usual figure is 8.17 GFLOP; what else it counts beside the linear layers is less than half a percent
        assertEquals(8.17e9, NeededFlops.ofImage(VIT_B_32), 0.005 * 8.17e9);
    }

    @Test
    void countsATinyAttentionPoolAsByHand() {
        // 4 patches of 3 values to width 2; all of the layer and the pool's keys and values of 4 tokens; the pool's
        // out, fc1 and fc2 of one; no class token, no query, no projection
        double byHand = 2 * (4 * 3 * 2 + 4 * (4 * (2 * 2) + 2 * 4 + 4 * 2) + 4 * (2 * 2 * 2) + (2 * 2 + 2 * 4 + 4 * 2));
        assertEquals(byHand, NeededFlops.ofImage(TINY_SIGLIP));
    }

    @Test
    void countsUnmaskedTextsWhole() {
        int[] one = {3, 4, 1, 1, 1, 1, 1, 1};
        int[] two = {3, 5, 1, 1, 1, 1, 1, 1};
        // keys and values of all eight tokens, and the pooled one's own way
        double byHand = 2 * (8 * (2 * 2 * 2) + (2 * 2 + 2 * 2 + 2 * 4 + 4 * 2) + 2 * 2);
        assertEquals(byHand, NeededFlops.ofTexts(TINY_SIGLIP, List.of(one)));
        assertEquals(2 * byHand, NeededFlops.ofTexts(TINY_SIGLIP, List.of(one, two, one.clone())));
    }

    @Test
    void countsAllOfTheLastLayerWhereTheMeanIsTaken() {
        TextConfig text = TextConfig.of(TINY.text().tower(), 8, 10, new TextPool.Mean())
                .withMask(TextMask.NONE)
                .withProjection(Projection.MLP);
        double byHand = 2 * (3 * (4 * (2 * 2) + 2 * 4 + 4 * 2) + (2 * 3 + 3 * 4));
        assertEquals(byHand, NeededFlops.ofTexts(ClipConfig.ofText(text, 4), List.of(new int[] {0, 1, 2})));
    }

    @Test
    void countsASharedBeginningOnce() {
        double one = NeededFlops.ofTexts(TINY, List.of(new int[] {0, 1, 2, 9}));
        double two = NeededFlops.ofTexts(TINY, List.of(new int[] {0, 1, 2, 9}, new int[] {0, 1, 2, 3, 9}));
        // keys and values of the two tokens that are new, and the pooled token's own way
        double byHand = 2 * (2 * (2 * 2 * 2) + (2 * 2 + 2 * 2 + 2 * 4 + 4 * 2) + 2 * 3);
        assertEquals(byHand, two - one);
    }

    @Test
    void countsATextThatIsThereTwiceOnce() {
        int[] text = {0, 4, 9};
        assertEquals(
                NeededFlops.ofTexts(TINY, List.of(text)), NeededFlops.ofTexts(TINY, List.of(text, text.clone(), text)));
    }

    @Test
    void countsEveryDistinctBeginningOfRandomTexts() {
        long seed = 11;
        Random random = new Random(seed);
        List<int[]> texts = new ArrayList<>();
        Set<List<Integer>> beginnings = new HashSet<>();
        Set<List<Integer>> whole = new HashSet<>();
        for (int i = 0; i < 207; i++) {
            int[] text = random.ints(2 + random.nextInt(6), 0, 3).toArray();
            text[0] = 0;
            text[text.length - 1] = 9;
            texts.add(text);
            List<Integer> ids = Arrays.stream(text).boxed().toList();
            whole.add(ids);
            for (int end = 1; end <= ids.size(); end++) {
                beginnings.add(ids.subList(0, end));
            }
        }
        double perToken = 2 * (2 * 2 * 2);
        double perText = 2 * (2 * 2 + 2 * 2 + 2 * 4 + 4 * 2) + 2 * 2 * 3;
        assertEquals(
                beginnings.size() * perToken + whole.size() * perText,
                NeededFlops.ofTexts(TINY, texts),
                "seed " + seed);
    }
}
