/**
 * Zero-shot image classification with CLIP, and what else its embeddings are good for.
 *
 * {@snippet class="org.clipjava.LibraryExample" region="classify"}
 *
 * <p>{@link org.clipjava.Clip} is an opened model: it encodes pictures and texts to {@link org.clipjava.Embedding}s.
 * {@link org.clipjava.ZeroShotClassifier} compares a picture with labels, each put into a
 * {@link org.clipjava.text.PromptTemplate}; {@link org.clipjava.LinearClassifier} is one that was fitted to examples. Both
 * answer with a {@link org.clipjava.Classification}. {@link org.clipjava.ImagePipeline} reads many pictures ahead of the
 * encoder.
 *
 * <p>No method takes or returns null.
 */
@NullMarked
package org.clipjava;

import org.jspecify.annotations.NullMarked;
