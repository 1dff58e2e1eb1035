package org.clipjava.hub;

import java.nio.file.Path;

/**
 * A checkpoint in the cache. Immutable and thread-safe.
 *
 * @param reference what was asked for
 * @param commit what it means
 * @param folder with {@code config.json}, the weights and the rest, as a converter wants it
 */
public record Snapshot(RepoReference reference, String commit, Path folder) {}
