package org.clipjava.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;

/**
 * The floating-point operations that a result cannot do without, in its linear layers.
 *
 * <p>Where a tower is pooled at one token, of the last layer that is keys and values of every token, but everything else for
 * that token alone. An attention pool needs all of the last layer, then keys and values of every token; its query is the same
 * for every picture. Under the causal mask texts that begin alike share that beginning, so each distinct beginning of a batch
 * counts once; without a mask each distinct text counts whole, padding and all. Attention's own products (1 % of ViT-B/32,
 * 4 % of SigLIP B/16), LayerNorm and activations are left out, as in the usual figure of 8.73 GFLOP for all of ViT-B/32: what
 * is said of the peak is a little too low rather than too high.
 */
final class NeededFlops {
    private NeededFlops() {}

    /** Of a picture; where a model has them, its convolutions before the patches are left out. */
    static double ofImage(ClipConfig config) {
        VisionConfig vision = config.vision();
        TowerConfig tower = vision.tower();
        long tokens = vision.tokens();
        long patches = (long) vision.grid() * vision.grid();
        double embedding = 2.0 * patches * vision.patchValues() * tower.width();
        double projection = ofProjection(vision.projection(), tower.width(), config.embedDim());
        return embedding
                + projection
                + switch (vision.pool()) {
                    case ImagePool.ClassToken token -> ofTransformer(tower, tokens, 1);
                    case ImagePool.Attention pool ->
                        tower.layers() * ofLayer(tower, tokens) + ofPool(tower.width(), pool.mlpWidth(), tokens);
                };
    }

    /**
     * Of a batch of texts.
     *
     * @param texts ids as the tower takes them: up to the end token, or filled up
     */
    static double ofTexts(ClipConfig config, List<int[]> texts) {
        TextConfig text = config.text();
        List<int[]> sorted = new ArrayList<>(texts);
        sorted.sort(Arrays::compare);
        long tokens = 0;
        long distinct = 0;
        int[] previous = {};
        for (int[] ids : sorted) {
            int shared = Arrays.mismatch(previous, ids);
            if (shared >= 0) { // else the same text once more
                tokens += ids.length - (text.mask() == TextMask.CAUSAL ? shared : 0);
                distinct++;
            }
            previous = ids;
        }
        double states = text.pool() instanceof TextPool.Mean
                ? text.tower().layers() * ofLayer(text.tower(), tokens)
                : ofTransformer(text.tower(), tokens, distinct);
        return states + distinct * ofProjection(text.projection(), text.tower().width(), config.embedDim());
    }

    /** Of all layers, the last of which is needed for the pooled tokens alone. */
    private static double ofTransformer(TowerConfig tower, long tokens, long pooled) {
        double square = (double) tower.width() * tower.width();
        double mlp = 2.0 * tower.width() * tower.mlpWidth();
        double lastLayer = 2 * tokens * 2 * square + 2 * pooled * (2 * square + mlp);
        return (tower.layers() - 1) * ofLayer(tower, tokens) + lastLayer;
    }

    private static double ofLayer(TowerConfig tower, long tokens) {
        double square = (double) tower.width() * tower.width();
        return 2 * tokens * (4 * square + 2.0 * tower.width() * tower.mlpWidth());
    }

    /** Keys and values of every token; output projection and MLP of one. */
    private static double ofPool(double width, double mlpWidth, long tokens) {
        return 2 * tokens * 2 * width * width + 2 * (width * width + 2 * width * mlpWidth);
    }

    private static double ofProjection(Projection projection, double width, double embedDim) {
        return switch (projection) {
            case LINEAR, LINEAR_WITH_BIAS -> 2 * width * embedDim;
            case MLP -> 2 * (width + embedDim) * ((width + embedDim) / 2);
            case NONE -> 0;
        };
    }
}
