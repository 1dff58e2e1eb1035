/**
 * LZMA2 in the container of {@code .xz} files, as TIFF has it: {@link org.clipjava.image.codec.xz.XzDecoder} reads a stream of blocks; a
 * block has chunks, which are stored as they are or in LZMA's symbols (literals, and what is repeated of the dictionary, in a range
 * coder's bits), and may have differences of bytes. Not exported.
 */
@NullMarked
package org.clipjava.image.codec.xz;

import org.jspecify.annotations.NullMarked;
