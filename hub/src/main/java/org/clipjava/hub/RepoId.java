package org.clipjava.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model repository on the hub, {@code openai/clip-vit-base-patch32}. Immutable and thread-safe.
 *
 * @param organisation whose it is: a user or an organisation
 * @param name letters, digits, {@code .}, {@code _} and {@code -}; neither {@code ..} nor {@code --}, as on the hub
 */
public record RepoId(String organisation, String name) {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?");

    /**
     * An id.
     *
     * @throws IllegalArgumentException if the hub knows no such names
     */
    public RepoId {
        for (String part : new String[] {organisation, name}) {
            if (!PART.matcher(part).matches() || part.contains("..") || part.contains("--")) {
                throw new IllegalArgumentException(
                        "'" + organisation + "/" + name + "': expected a repository like openai/clip-vit-base-patch32");
            }
        }
    }

    /**
     * Reads {@code organisation/name}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static RepoId parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "'" + text + "': expected a repository like openai/clip-vit-base-patch32");
        }
        return new RepoId(parts[0], parts[1]);
    }

    /** The folder's name in a cache, {@code models--openai--clip-vit-base-patch32}. */
    String folder() {
        return "models--" + folderName();
    }

    /** One name for a folder, {@code openai--clip-vit-base-patch32}; {@link #ofFolderName} reads it back. */
    public String folderName() {
        return organisation + "--" + name;
    }

    /** The repository whose {@link #folderName} this is, if it is one. */
    public static Optional<RepoId> ofFolderName(String folderName) {
        String[] parts = folderName.split("--", -1);
        try {
            return parts.length == 2 ? Optional.of(new RepoId(parts[0], parts[1])) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return organisation + "/" + name;
    }
}
