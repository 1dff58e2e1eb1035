package org.clipjava.hub;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A repository at a revision, {@code openai/clip-vit-base-patch32@main}. Immutable and thread-safe.
 *
 * @param revision a branch, a tag or a commit
 */
public record RepoReference(RepoId repo, String revision) {
    /** What is meant where no revision is named. */
    public static final String MAIN = "main";

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern REVISION_PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}");

    /**
     * A reference.
     *
     * @throws IllegalArgumentException if there can be no such revision
     */
    public RepoReference {
        boolean sound = Arrays.stream(revision.split("/", -1))
                .allMatch(part -> REVISION_PART.matcher(part).matches() && !part.contains(".."));
        if (!sound || revision.length() > 200) {
            throw new IllegalArgumentException(
                    "'" + revision + "': expected a revision: the name of a branch or tag, or a commit of 40 digits");
        }
    }

    /**
     * Reads {@code organisation/name} or {@code organisation/name@revision}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static RepoReference parse(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? new RepoReference(RepoId.parse(text), MAIN)
                : new RepoReference(RepoId.parse(text.substring(0, at)), text.substring(at + 1));
    }

    /** Whether the revision is a whole commit, which can never mean anything else later. */
    public boolean isPinned() {
        return isCommit(revision);
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    @Override
    public String toString() {
        return revision.equals(MAIN) ? repo.toString() : repo + "@" + revision;
    }
}
