package org.clipjava.models;

import java.nio.file.Path;
import org.clipjava.hub.DownloadListener;

/** Hears how a model comes about, on the thread that asked for it: what is downloaded, and then what is converted. */
public interface ModelListener extends DownloadListener {
    /** Hears nothing. */
    ModelListener SILENT = new ModelListener() {};

    /**
     * A checkpoint's folder of this machine is about to be converted, for it is new or has changed.
     *
     * @param checkpoint the folder, as it was named
     * @param modelFile what is made of it
     */
    default void newFolder(Path checkpoint, Path modelFile) {}

    /**
     * Called often while a checkpoint is converted.
     *
     * @param doneBytes bytes read and written so far; never falls
     * @param totalBytes bytes to be read and written altogether
     */
    default void converting(long doneBytes, long totalBytes) {}

    /** What is to be known of a conversion that went well: what was left out, or taken for something else. A line. */
    default void note(String note) {}

    /** The conversion has come to its end, a bad one or a good one. */
    default void converted() {}
}
