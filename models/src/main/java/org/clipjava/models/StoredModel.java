package org.clipjava.models;

import java.nio.file.Path;
import java.util.List;
import org.clipjava.config.WeightType;
import org.clipjava.hub.RepoId;

/**
 * A model file in a {@link ModelStore}, as it was when it was looked for. Immutable and thread-safe.
 *
 * @param repo what it was made of
 * @param commit the repository's revision, 40 digits
 * @param type how the weights are stored
 * @param file where it is
 * @param bytes the file's size
 * @param revisions the branches and tags that meant this commit when they were pulled, sorted
 */
public record StoredModel(RepoId repo, String commit, WeightType type, Path file, long bytes, List<String> revisions) {
    private static final int SHORT = 12;

    /** Copies the list. */
    public StoredModel {
        revisions = List.copyOf(revisions);
    }

    /** The shortest name that means this one, as far as it alone can tell. */
    public String name() {
        String revision = revisions.contains("main") ? "" : "@" + (revisions.isEmpty() ? commit : revisions.getFirst());
        return repo + revision + ":" + type.spelling();
    }

    /** The commit's first 12 digits, for people. */
    public String shortCommit() {
        return commit.substring(0, SHORT);
    }
}
