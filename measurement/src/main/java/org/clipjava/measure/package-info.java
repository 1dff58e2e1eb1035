/** Samples of times, and the machine that they were taken on. */
@NullMarked
package org.clipjava.measure;

import org.jspecify.annotations.NullMarked;
