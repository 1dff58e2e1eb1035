package org.clipjava.models;

import java.io.IOException;
import java.nio.file.Path;
import org.clipjava.hub.DownloadListener;
import org.clipjava.hub.Hub;
import org.clipjava.hub.HubSettings;
import org.clipjava.hub.RepoId;

/**
 * What the hub's cache holds of a repository, with all its revisions. A model needs it no more once it is made. Immutable and
 * thread-safe; what is on the disk may change at any time.
 *
 * @param folder where it is, or would be
 * @param bytes on the disk; 0 if there is nothing
 */
public record DownloadedCheckpoint(Path folder, long bytes) {
    /** Looks into the cache. */
    public static DownloadedCheckpoint of(RepoId repo, HubSettings settings) throws IOException {
        Path folder = new Hub(settings, DownloadListener.SILENT).folder(repo);
        return new DownloadedCheckpoint(folder, FileTree.bytes(folder));
    }

    /** Deletes it. */
    public void delete() throws IOException {
        FileTree.delete(folder);
    }
}
