/**
 * The first class that a JVM meets in vectorbench.jar. Compiled for Java 8, so that an old JVM can load it; it names no
 * other class of the project.
 */
package org.clipjava.bench.start;
