/**
 * Measures how well a model classifies labelled pictures, and fits classifiers to some of them.
 *
 * <p>N is the number of pictures, K of labels, E the length of an embedding.
 */
@NullMarked
package org.clipjava.eval;

import org.jspecify.annotations.NullMarked;
