package org.clipjava.convert;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.clipjava.io.FileKind;
import org.clipjava.safetensors.ModelFormatException;

/** Files that are read where they lie. */
final class MappedFile {
    private MappedFile() {}

    /** What makes something of a file's bytes that keeps them. */
    @FunctionalInterface
    interface Reader<T> {
        /**
         * Reads it.
         *
         * @param name for messages
         * @param release gives the file back
         */
        T read(MemorySegment file, String name, Runnable release) throws IOException;
    }

    /**
     * Opens a file, which is given back if it can't be read.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ModelFormatException if it is a folder or the like, or what the reader says
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as what is returned
    static <T> T open(Path path, Reader<T> reader) throws IOException {
        Optional<String> other = FileKind.notAFile(path);
        if (other.isPresent()) {
            throw new ModelFormatException(path + ": expected a file, found " + other.get());
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Arena arena = Arena.ofShared();
            try {
                MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                return reader.read(file, path.toString(), arena::close);
            } catch (Throwable t) {
                arena.close();
                throw t;
            }
        }
    }
}
