/**
 * The arithmetic, in two implementations: {@link org.clipjava.kernel.ScalarKernels} is the specification,
 * {@link org.clipjava.kernel.VectorKernels} the fast one. SIMD is here and nowhere else.
 *
 * <p>Symbols as in {@code org.clipjava.weights}: M rows, K
 * inputs, O outputs, W width, H heads, D head size.
 */
@NullMarked
package org.clipjava.kernel;

import org.jspecify.annotations.NullMarked;
