/**
 * JPEG 2000 Part 1 (ITU-T T.800), as OpenJPEG decodes it through Pillow, to the bit: JP2's boxes (Annex I), and the codestream (Annexes
 * A to H) with all progressions, both wavelets and all styles of code-blocks.
 *
 * <p>{@link org.clipjava.image.codec.jp2.Jp2Codec} is the way in. Its steps are the standard's: {@code MainHeader} and {@code TileParts}
 * read marker segments, {@code PacketReader} finds what packets add to code-blocks, {@code CodeBlockDecoder} makes coefficients of
 * them, {@code InverseWavelet} makes planes of those, and {@code TileRows} makes samples of planes.
 */
@NullMarked
package org.clipjava.image.codec.jp2;

import org.jspecify.annotations.NullMarked;
