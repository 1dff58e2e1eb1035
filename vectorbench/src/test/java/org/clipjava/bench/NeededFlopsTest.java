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
import org.clipjava.config.TextConfig;
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
