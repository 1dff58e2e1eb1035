/**
 * Embeds pictures on Apache Spark: as a job from pictures to Parquet ({@link org.clipjava.spark.EmbedPictures}, {@link
 * org.clipjava.spark.EmbeddingJob}), as a step on a {@code Dataset} ({@link org.clipjava.spark.PictureEmbedder}), and as functions
 * of SQL ({@link org.clipjava.spark.ClipExtensions}).
 *
 * <p>An executor opens a model once, however many of its tasks use it. Embeddings are what {@code clip embed} writes, bit for bit:
 * E floats of length 1.
 */
@NullMarked
package org.clipjava.spark;

import org.jspecify.annotations.NullMarked;
