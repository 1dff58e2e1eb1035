package org.clipjava.hub;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Says which of a repository's files are wanted: they alone are downloaded. What a checkpoint needs, its converter knows.
 *
 * <p>For one thread at a time.
 */
@FunctionalInterface
public interface FileSelection {
    /** Reads a small file of the repository, which is downloaded for that. */
    @FunctionalInterface
    interface Reader {
        /**
         * The content of one of the repository's files.
         *
         * @throws HubException if it can't be had, or is no small one
         */
        byte[] read(String path) throws IOException;
    }

    /**
     * Chooses.
     *
     * @param there paths of all files
     * @return paths of some of them, in the order in which they are to come
     * @throws java.nio.file.NoSuchFileException if what is wanted is not among them; a reason says what
     * @throws org.clipjava.safetensors.ModelFormatException if one of the files that were read makes no sense
     */
    List<String> choose(Set<String> there, Reader reader) throws IOException;
}
