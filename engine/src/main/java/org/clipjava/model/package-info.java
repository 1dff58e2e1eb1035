/** The two transformers, layer by layer as the CLIP paper and its reference implementation have them. */
@NullMarked
package org.clipjava.model;

import org.jspecify.annotations.NullMarked;
