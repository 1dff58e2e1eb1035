/** What predictions are worth, in numbers with their intervals. Proportions are from 0 to 1; intervals are of 95 %. */
@NullMarked
package org.clipjava.eval.metrics;

import org.jspecify.annotations.NullMarked;
