/** What the tests of all modules share: pictures, goldens, the recipe of the synthetic weights, and the check for leaks. */
@NullMarked
package org.clipjava.testdata;

import org.jspecify.annotations.NullMarked;
