/** Measures how well a model finds where in pictures things are. */
@NullMarked
package org.clipjava.eval.locate;

import org.jspecify.annotations.NullMarked;
