/** The commands, one a class: what each takes, and the order in which it does its work. */
@NullMarked
package org.clipjava.cli.commands;

import org.jspecify.annotations.NullMarked;
