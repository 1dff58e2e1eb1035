/** What predictions are worth, in numbers with their intervals. Proportions are from 0 to 1; intervals are of 95 %. */
package org.clipjava.eval.metrics;
