/**
 * From the bytes of a picture to its rows: one {@link org.clipjava.image.codec.Codec} for each format, with the format's bounds
 * and whatever makes it come out as in Pillow in one place.
 *
 * <p>Not exported, and it knows nothing of the rest of the engine. Its errors do not name the picture;
 * {@code org.clipjava.image} does. All types are stateless or immutable and thread-safe, except where they say otherwise.
 *
 * <p>{@code ImageIoReader}, {@code ImageIoRaster} and {@code ImageIoInput} are the only ones that touch the module
 * {@code java.desktop}, and are loaded only where a codec has to ask it.
 */
@NullMarked
package org.clipjava.image.codec;

import org.jspecify.annotations.NullMarked;
