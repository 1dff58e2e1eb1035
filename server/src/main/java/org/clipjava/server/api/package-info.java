/** The APIs, a class for each; what they share is how inputs are read and vectors are written. */
@NullMarked
package org.clipjava.server.api;

import org.jspecify.annotations.NullMarked;
