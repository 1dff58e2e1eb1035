/** Samples of times, and the machine that they were taken on. */
package org.clipjava.measure;
