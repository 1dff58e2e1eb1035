/**
 * Converts checkpoints to the model file.
 *
 * <p>Everything in which checkpoints differ is settled here and once: names, how query, key and value are packed, and
 * what their configuration leaves out. {@link org.clipjava.convert.CheckpointConverter} is the way in.
 */
@NullMarked
package org.clipjava.convert;

import org.jspecify.annotations.NullMarked;
