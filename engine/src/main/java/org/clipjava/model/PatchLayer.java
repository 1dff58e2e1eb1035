package org.clipjava.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clipjava.config.PatchMethod;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.AttentionForm;
import org.clipjava.kernel.AttentionForm.Part;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Neighbourhood;
import org.clipjava.kernel.Span;
import org.clipjava.weights.LayerNormWeights;

/** The end of an image tower for its patches: the last layer in one of the forms of {@link PatchMethod}, LayerNorm and projection. */
record PatchLayer(
        Kernels kernels, ResidualAttentionBlock last, LayerNormWeights lnPost, EmbeddingProjection projection) {
    /** σ as NACLIP's authors have it, in patches. */
    private static final double SIGMA = 5;

    /**
     * Takes the states before the last layer to embeddings of the patches.
     *
     * @param x [B·N, W]; overwritten
     * @param spans what the tokens of each of the B pictures see
     * @return [B][patches][E]
     */
    float[][][] forward(PatchMethod method, Activations x, PatchGrid grid, List<Span> spans, Workspace work) {
        switch (method) {
            case LAST_LAYER -> last.forward(x, spans, work);
            case MASKCLIP -> last.forwardValues(x, work);
            case CLEARCLIP ->
                last.forwardAttention(x, new AttentionForm(Part.QUERY, Part.QUERY, Optional.empty()), spans, work);
            case NACLIP -> {
                Neighbourhood near = new Neighbourhood(grid.first(), grid.rows(), grid.columns(), SIGMA);
                last.forwardAttention(x, new AttentionForm(Part.KEY, Part.KEY, Optional.of(near)), spans, work);
            }
        }
        kernels.layerNorm(x, lnPost, x, work.workers());
        float[][] tokens = new float[x.rows()][];
        projection.forward(x, work, tokens, i -> i);
        float[][][] patches = new float[spans.size()][][];
        for (int i = 0; i < patches.length; i++) {
            int from = i * grid.tokens() + grid.first();
            patches[i] = Arrays.copyOfRange(tokens, from, from + grid.patches());
        }
        return patches;
    }
}
