package org.clipjava.eval;

import java.nio.file.Path;

/**
 * A picture that can't be read. Immutable and thread-safe.
 *
 * @param reason does not repeat the file's name
 */
public record BrokenImage(Path file, String reason) {}
