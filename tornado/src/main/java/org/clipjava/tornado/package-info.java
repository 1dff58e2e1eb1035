/**
 * CLIP's encoders on what TornadoVM can reach: GPUs and other OpenCL, PTX or SPIR-V devices. A whole forward pass stays on the
 * device; only pixels or token ids go in, and embeddings come out.
 *
 * <p>Symbols: M rows (tokens) of a pass, W width, H heads, F inner width of an MLP, E embedding, K inputs and O outputs of a
 * linear layer, C capacity: the most rows of a pass.
 */
@NullMarked
package org.clipjava.tornado;

import org.jspecify.annotations.NullMarked;
