/**
 * An index of pictures on disk, found by words, by pictures and by what their files say of them.
 *
 * <p>N is the number of pictures, E the length of an embedding.
 */
@NullMarked
package org.clipjava.index;

import org.jspecify.annotations.NullMarked;
