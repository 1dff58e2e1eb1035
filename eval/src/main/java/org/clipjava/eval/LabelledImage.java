package org.clipjava.eval;

import java.nio.file.Path;

/**
 * A picture's file and what is on it. Immutable and thread-safe.
 *
 * @param label by its place in {@link LabelledImages#labels}
 */
public record LabelledImage(Path file, int label) {}
