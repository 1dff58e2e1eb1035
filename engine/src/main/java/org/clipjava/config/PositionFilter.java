package org.clipjava.config;

/** How positions are interpolated for the grid of a picture of any shape. Both smooth where the grid has fewer places than the model. */
public enum PositionFilter {
    /** Of the two nearest places along a side, or of all that a new one covers: as SigLIP 2 was trained, and Hugging Face computes it. */
    BILINEAR,
    /** Of twice as many, by Keys' cubic kernel with -0.5: as timm computes it, and OpenCLIP with it. */
    BICUBIC
}
