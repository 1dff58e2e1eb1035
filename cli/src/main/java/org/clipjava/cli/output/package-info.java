/**
 * What leaves the process: stdout and stderr, files, exit codes, and the one line that a failure is. Formats that know nothing of
 * what they hold: JSON, CSV, NumPy's arrays, PNG.
 */
@NullMarked
package org.clipjava.cli.output;

import org.jspecify.annotations.NullMarked;
