/**
 * Zstandard (RFC 8878), as TIFF has it: {@link org.clipjava.image.codec.zstd.ZstdDecoder} reads frames of blocks; a block has literals,
 * mostly in Huffman's code, and sequences, in finite state entropy's, which say where they go and what is repeated. Not exported.
 */
@NullMarked
package org.clipjava.image.codec.zstd;

import org.jspecify.annotations.NullMarked;
