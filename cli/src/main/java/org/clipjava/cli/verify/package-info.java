/**
 * Whether a model gives the numbers that it should: published ones where there are any, and its own, reached another way,
 * where there are none. What does not match is tried again with one thing changed, and the change that makes it match is
 * named as the likely cause. Knows nothing of the command line.
 */
@NullMarked
package org.clipjava.cli.verify;

import org.jspecify.annotations.NullMarked;
