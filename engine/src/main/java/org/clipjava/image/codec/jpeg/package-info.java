/**
 * JPEG, decoded to the bit as libjpeg-turbo does with its defaults, which is how Pillow calls it.
 *
 * <p>{@link org.clipjava.image.codec.jpeg.JpegDecoder} reads the markers; an {@code EntropyDecoder} turns a scan into
 * coefficients, 64 a block, in rows of blocks; a {@code BlockTransform} makes samples of them, {@code SampleBands}
 * interpolates those to the picture's size and hands rows of RGB to a {@code RowConsumer}. The transform begins in plain
 * Java and goes on with vectors. A picture of one sequential
 * scan needs memory for two bands; one of several scans needs all its coefficients.
 *
 * <p>Terms, as in the standard (ITU-T T.81): a <em>block</em> is 8 x 8 samples, an <em>MCU</em> what a scan interleaves,
 * a <em>band</em> a row of MCUs of all components, h and v a component's sampling factors.
 */
@NullMarked
package org.clipjava.image.codec.jpeg;

import org.jspecify.annotations.NullMarked;
