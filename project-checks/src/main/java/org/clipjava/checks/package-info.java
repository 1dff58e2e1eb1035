/** What tests of all modules together need to know: where each module's classes are, and what of them is its API. */
@NullMarked
package org.clipjava.checks;

import org.jspecify.annotations.NullMarked;
