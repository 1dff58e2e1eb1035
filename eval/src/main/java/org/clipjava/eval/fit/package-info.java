/**
 * Classifiers that are fitted to labelled pictures, and what makes their answers trustworthy: linear probe, few shots, temperature,
 * thresholds. Everything starts from embeddings; no picture is read here.
 *
 * <p>N: pictures. E: components of an embedding. K: classes. All randomness comes from a seed that the caller gives.
 */
@NullMarked
package org.clipjava.eval.fit;

import org.jspecify.annotations.NullMarked;
