/** What commands show, each for people and for programs. Writes to what it is given, and knows of no option. */
@NullMarked
package org.clipjava.cli.report;

import org.jspecify.annotations.NullMarked;
