/** What a command line gives to work on: pictures, texts, labels, and the lines of files that list them. */
@NullMarked
package org.clipjava.cli.input;

import org.jspecify.annotations.NullMarked;
