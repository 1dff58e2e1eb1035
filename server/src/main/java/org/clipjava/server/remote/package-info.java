/** What the server asks of others: pictures by address, and another server of machine learning. */
@NullMarked
package org.clipjava.server.remote;

import org.jspecify.annotations.NullMarked;
