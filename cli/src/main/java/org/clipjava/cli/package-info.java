/**
 * The command line: commands, terminal, files. Data goes to stdout, everything else to stderr; only {@link
 * org.clipjava.cli.Main} ends the process. E: embedding width.
 */
@NullMarked
package org.clipjava.cli;

import org.jspecify.annotations.NullMarked;
