/**
 * From an encoded picture to what the image tower reads.
 *
 * <p>{@link org.clipjava.image.ImageDecoder} gives {@link org.clipjava.image.RgbImage}, 8-bit [height, width, 3];
 * {@link org.clipjava.image.ImagePreprocessor} resizes, crops and normalises it to a
 * {@link org.clipjava.image.PixelTensor}, float [3, height, width]. The reference is Pillow 9.4 and the image processor
 * of Hugging Face that stands on it: equal means the same bytes, and where this package departs from it, the
 * documentation of the class says so.
 *
 * <p>Only plugins of ImageIO and {@link org.clipjava.image.BufferedImages} need the module {@code java.desktop}; all else runs on
 * {@code java.base}. All types are stateless or immutable and thread-safe, except {@link org.clipjava.image.EncodedImage}, which holds
 * an open file.
 */
@NullMarked
package org.clipjava.image;

import org.jspecify.annotations.NullMarked;
