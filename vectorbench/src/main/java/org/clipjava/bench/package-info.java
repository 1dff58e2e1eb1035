/**
 * vectorbench: measures the engine against ONNX Runtime ({@code compare}), and its kernels against the limit of the
 * processor ({@code kernels}, and {@code jmh} for JMH's benchmarks).
 *
 * <p>Symbols as in {@code org.clipjava.weights}: M rows, K inputs, O outputs, N tokens, W width, F width of the MLP, E
 * embedding. A FLOP is an addition or a multiplication; a fused multiply-add is two.
 */
@NullMarked
package org.clipjava.bench;

import org.jspecify.annotations.NullMarked;
