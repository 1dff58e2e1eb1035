package org.clipjava.encoder;

/**
 * What a picture's patches and the picture itself come to, in one pass.
 *
 * @param rows of patches
 * @param columns of patches
 * @param patches [rows · columns, E], row by row, not normalised
 * @param pooled the picture's embedding, [E], not normalised; at the model's own size what {@link ImageEncoder#encode} gives
 */
public record PatchStates(int rows, int columns, float[][] patches, float[] pooled) {}
