package org.clipjava.cli.output;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Why a file can't be used, in words: the JDK's exceptions often carry nothing but its name. */
public final class Reason {
    private Reason() {}

    /** The reason without the file's name. */
    public static String of(IOException e, String name) {
        String text = switch (e) {
            case NoSuchFileException ignored -> "no such file";
            case AccessDeniedException ignored -> "permission denied";
            case CharacterCodingException ignored -> "not UTF-8";
            case FileSystemException failure ->
                Objects.requireNonNullElse(
                        failure.getReason(), failure.getClass().getSimpleName());
            default -> Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
        };
        String prefix = name + ": ";
        return Terminal.oneLine(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
    }
}
