package org.clipjava.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;

/**
 * The floating-point operations that a result cannot do without, in its linear layers.
 *
 * <p>Of the last layer that is keys and values of every token, but everything else for the pooled token alone. Under the
 * causal mask texts that begin alike share that beginning, so each distinct beginning of a batch counts once. Attention's
 * own products (1 % of ViT-B/32), LayerNorm and activations are left out, as in the usual figure of 8.73 GFLOP for all of
 * ViT-B/32: what is said of the peak is a little too low rather than too high.
 */
final class NeededFlops {
    private NeededFlops() {}

    /** Of a picture. */
    static double ofImage(ClipConfig config) {
        VisionConfig vision = config.vision();
        long patches = vision.tokens() - 1L;
        return 2.0 * patches * vision.patchValues() * vision.tower().width()
                + ofTransformer(vision.tower(), vision.tokens(), 1, config.embedDim());
    }

    /**
     * Of a batch of texts.
     *
     * @param texts ids up to the end token, the tokens before it
     */
    static double ofTexts(ClipConfig config, List<int[]> texts) {
        List<int[]> sorted = new ArrayList<>(texts);
        sorted.sort(Arrays::compare);
        long tokens = 0;
        long distinct = 0;
        int[] previous = {};
        for (int[] text : sorted) {
            int shared = Arrays.mismatch(previous, text);
            if (shared >= 0) { // else the same text once more
                tokens += text.length - shared;
                distinct++;
            }
            previous = text;
        }
        return ofTransformer(config.text().tower(), tokens, distinct, config.embedDim());
    }

    private static double ofTransformer(TowerConfig tower, long tokens, long pooled, int projection) {
        double width = tower.width();
        double square = width * width;
        double mlp = 2 * width * tower.mlpWidth();
        double layer = 2 * tokens * (4 * square + mlp);
        double lastLayer = 2 * tokens * 2 * square + 2 * pooled * (2 * square + mlp);
        return (tower.layers() - 1) * layer + lastLayer + 2 * pooled * width * projection;
    }
}
