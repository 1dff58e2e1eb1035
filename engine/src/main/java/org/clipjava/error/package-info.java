/** What goes wrong, with one root and a kind for programs. */
@NullMarked
package org.clipjava.error;

import org.jspecify.annotations.NullMarked;
