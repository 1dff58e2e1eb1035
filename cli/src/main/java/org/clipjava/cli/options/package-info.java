/**
 * What several commands take: groups of options, each with what is made of them, and the session that all commands run in.
 * Whatever is wrong with an option is a {@link org.clipjava.cli.output.CommandFailure} before the work begins.
 */
@NullMarked
package org.clipjava.cli.options;

import org.jspecify.annotations.NullMarked;
