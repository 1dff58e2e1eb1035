/** What HTTP asks of every API here: routes, bodies within limits, who may call, errors in the shape that the caller knows. */
@NullMarked
package org.clipjava.server.http;

import org.jspecify.annotations.NullMarked;
