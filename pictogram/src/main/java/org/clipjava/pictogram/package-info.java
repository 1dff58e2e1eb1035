/** The model of pictograms as a library. */
@NullMarked
package org.clipjava.pictogram;

import org.jspecify.annotations.NullMarked;
