/** How inputs get to the encoders: decoded by a few threads, in bounded queues, encoded by one thread for all models. */
@NullMarked
package org.clipjava.server.work;

import org.jspecify.annotations.NullMarked;
