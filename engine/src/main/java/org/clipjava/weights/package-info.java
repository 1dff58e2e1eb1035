/**
 * What a model file holds, checked and ready to use.
 *
 * <p>Symbols used throughout the engine: B pictures or texts in a batch, N tokens of one of them, M rows of a batch (all
 * its tokens), W a tower's width, H its heads, D = W / H the size of a head, F the width of its MLP, E the projection
 * width, P the patch size, C the context length, V the vocabulary's size; O outputs and K inputs of a linear layer.
 */
@NullMarked
package org.clipjava.weights;

import org.jspecify.annotations.NullMarked;
