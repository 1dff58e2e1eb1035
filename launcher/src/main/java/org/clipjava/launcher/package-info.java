/**
 * The first class that a JVM meets in clip.jar. Compiled for Java 8, so that an old JVM can load it, find a fitting one
 * and continue there; it names no class of the other modules.
 */
package org.clipjava.launcher;
