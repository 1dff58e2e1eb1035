/**
 * The safetensors format, read and written: eight bytes of header length, a JSON header, and the tensors' data
 * (see <a href="https://github.com/huggingface/safetensors#format">its specification</a>).
 *
 * <p>The reader is stricter than JSON: what the format does not say is refused. Numbers are little-endian, tensors
 * row-major, offsets in bytes. The <em>data section</em> is what follows the header; a tensor's offsets count from its
 * start.
 */
@NullMarked
package org.clipjava.safetensors;

import org.jspecify.annotations.NullMarked;
