/** A server that turns pictures and texts into embeddings, and pictures into labels. */
@NullMarked
package org.clipjava.server;

import org.jspecify.annotations.NullMarked;
