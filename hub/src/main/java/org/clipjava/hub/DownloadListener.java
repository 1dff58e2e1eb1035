package org.clipjava.hub;

/** Hears how a download goes, on the downloading thread. */
public interface DownloadListener {
    /** Hears nothing. */
    DownloadListener SILENT = new DownloadListener() {};

    /**
     * A file begins.
     *
     * @param present bytes that an earlier attempt has left, and that need not come again
     */
    default void started(RepoFile file, long present) {}

    /**
     * Called often.
     *
     * @param present bytes of the file that are on the disk; falls where it has to be begun anew
     */
    default void progress(RepoFile file, long present) {}

    /** The file is complete, right, and under its name. */
    default void finished(RepoFile file) {}

    /** One line on what is being waited for: another process, or the hub before the next attempt. */
    default void waiting(String reason) {}
}
