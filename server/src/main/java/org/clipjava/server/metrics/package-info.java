/** What the server counts and times, for Prometheus. */
@NullMarked
package org.clipjava.server.metrics;

import org.jspecify.annotations.NullMarked;
