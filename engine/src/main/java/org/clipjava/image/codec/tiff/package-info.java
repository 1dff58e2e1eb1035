/** TIFF: {@link org.clipjava.image.codec.tiff.TiffDecoder} and what undoes each compression, row by row. Not exported. */
@NullMarked
package org.clipjava.image.codec.tiff;

import org.jspecify.annotations.NullMarked;
