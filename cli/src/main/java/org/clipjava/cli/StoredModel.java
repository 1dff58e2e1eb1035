package org.clipjava.cli;

import java.nio.file.Path;
import java.util.List;
import org.clipjava.config.WeightType;
import org.clipjava.hub.RepoId;

/**
 * A model file in the model folder.
 *
 * @param revisions the branches and tags that meant this commit when they were pulled, sorted
 */
record StoredModel(RepoId repo, String commit, WeightType type, Path file, long bytes, List<String> revisions) {
    private static final int SHORT = 12;

    /** The shortest name that means this one, as far as it alone can tell. */
    String name() {
        String revision = revisions.contains("main") ? "" : "@" + (revisions.isEmpty() ? commit : revisions.getFirst());
        return repo + revision + ":" + type.spelling();
    }

    String shortCommit() {
        return commit.substring(0, SHORT);
    }
}
