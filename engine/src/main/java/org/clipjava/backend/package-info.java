/** What runs the encoders: the CPU, and how another backend is found and chosen. */
@NullMarked
package org.clipjava.backend;

import org.jspecify.annotations.NullMarked;
