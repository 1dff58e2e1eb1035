package org.clipjava.hub;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.clipjava.io.Shown;

/**
 * A file as the hub announces it. Immutable and thread-safe.
 *
 * @param path inside the repository, parts separated by {@code /}; cannot lead out of it
 * @param size in bytes
 * @param etag names the content: its SHA-256 where it is kept in Git LFS, else Git's SHA-1 of the blob; lower-case hex
 */
public record RepoFile(String path, long size, String etag) {
    private static final Pattern ETAG = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    /**
     * A file.
     *
     * @throws IllegalArgumentException if it would lie outside its folder, or size or etag make no sense
     */
    public RepoFile {
        checkPath(path);
        if (size < 0) {
            throw new IllegalArgumentException(path + ": expected a size in bytes, found " + size);
        }
        if (!ETAG.matcher(etag).matches()) {
            throw new IllegalArgumentException(
                    path + ": expected a SHA-256 or SHA-1 as its etag, found '" + Shown.text(etag) + "'");
        }
    }

    /**
     * Refuses a path that could lead out of a folder, on any system.
     *
     * @throws IllegalArgumentException if it could
     */
    static void checkPath(String path) {
        boolean sound = !path.isEmpty()
                && path.length() <= 1024
                && path.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == ':')
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(part -> part.isBlank() || part.equals(".") || part.equals(".."));
        if (!sound) {
            throw new IllegalArgumentException("expected the name of a file in the repository, found '"
                    + Shown.text(path) + "', which is refused");
        }
    }

    /** Whether a blob may be called so. */
    static boolean isEtag(String name) {
        return ETAG.matcher(name).matches();
    }

    /** Whether {@link #etag} is a SHA-256; else it is Git's SHA-1. */
    boolean isLfs() {
        return etag.length() == 64;
    }
}
