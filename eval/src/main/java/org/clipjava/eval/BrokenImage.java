package org.clipjava.eval;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A picture that can't be read.
 *
 * @param reason does not repeat the file's name
 */
public record BrokenImage(Path file, String reason) {

    static BrokenImage of(Path file, IOException cause) {
        String text = switch (cause) {
            case NoSuchFileException ignored -> "no such file";
            case AccessDeniedException ignored -> "permission denied";
            case FileSystemException failure ->
                Objects.requireNonNullElse(
                        failure.getReason(), failure.getClass().getSimpleName());
            default ->
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        };
        String prefix = file + ": ";
        return new BrokenImage(file, text.startsWith(prefix) ? text.substring(prefix.length()) : text);
    }
}
