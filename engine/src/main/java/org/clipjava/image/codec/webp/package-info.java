/**
 * WebP, as libwebp's defaults decode it through Pillow, to the bit: the container with its metadata, alpha and frames; VP8 (lossy, RFC
 * 6386); VP8L (lossless) and the ALPH chunk (RFC 9649).
 *
 * <p>{@link org.clipjava.image.codec.webp.WebpPicture} is the way in.
 */
@NullMarked
package org.clipjava.image.codec.webp;

import org.jspecify.annotations.NullMarked;
