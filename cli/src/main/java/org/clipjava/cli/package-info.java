/**
 * The command line. Data goes to stdout, everything else to stderr; only {@link org.clipjava.cli.Main} ends the process. Its rooms,
 * each of which uses only those before it: {@code verify}, {@code output}, {@code input}, {@code report}, {@code options}, {@code
 * commands}. E: embedding width.
 */
@NullMarked
package org.clipjava.cli;

import org.jspecify.annotations.NullMarked;
