package org.clipjava.config;

/**
 * How an image tower's last layer is run for patches, so that their states can be compared with texts. It was trained to gather a whole
 * picture in one token; run as usual, it mixes into each patch what is elsewhere. Of a patch's state x, its queries q, keys k and values
 * v, and the layer's output projection O:
 */
public enum PatchMethod {
    /** As the layer is: attention, then the MLP, each beside x. What the other methods are measured against. */
    LAST_LAYER,
    /** Each patch sees itself alone: x + O(v), then the MLP beside it (Zhou et al., 2022, "Extract Free Dense Labels from CLIP"). */
    MASKCLIP,
    /** Patches that ask alike are mixed: O(softmax(q · qᵀ / √D) · v), without x and MLP (Lan et al., 2024, "ClearCLIP"). */
    CLEARCLIP,
    /**
     * Patches that are alike and near are mixed: O(softmax(k · kᵀ / √D + w) · v), without x and MLP; w is e^(-distance² / 2σ²) between
     * patches, σ = 5 of them, and 0 for the class token (Hajimiri et al., 2024, "Pay Attention to Your Neighbours").
     */
    NACLIP
}
