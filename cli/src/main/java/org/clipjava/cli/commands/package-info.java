/** The commands, one a class: what each takes, and the order in which it does its work. */
package org.clipjava.cli.commands;
