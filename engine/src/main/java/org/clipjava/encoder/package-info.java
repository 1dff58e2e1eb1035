/**
 * The seam at which a whole encoder can be replaced, by a GPU or by a remote engine: one call is one whole forward pass, so
 * that activations do not travel per operation.
 */
@NullMarked
package org.clipjava.encoder;

import org.jspecify.annotations.NullMarked;
