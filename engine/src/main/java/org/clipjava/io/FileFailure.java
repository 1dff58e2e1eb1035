package org.clipjava.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a file can't be used, in words: the JDK's exceptions often carry nothing but its name. */
public final class FileFailure {
    private static final String MISSING = "no such file";
    private static final String DENIED = "permission denied";

    private FileFailure() {}

    /**
     * The reason in one line, without the file's name, escaped where a terminal would obey it.
     *
     * @param cause whatever opening, reading or writing the file threw
     * @param name what the file was called; left out of the reason where the cause's message begins with it
     */
    public static String reason(IOException cause, String name) {
        String text = switch (cause) {
            case NoSuchFileException missing -> Objects.requireNonNullElse(missing.getReason(), MISSING);
            case AccessDeniedException denied -> Objects.requireNonNullElse(denied.getReason(), DENIED);
            // What it says besides, and in which language, is the system's; there are three reasons.
            case FileNotFoundException missing ->
                says(missing, DENIED) ? DENIED : says(missing, "a directory") ? "is a directory" : MISSING;
            case CharacterCodingException ignored -> "not UTF-8";
            case FileSystemLoopException loop ->
                "the link " + loop.getFile() + " leads back to a folder that it is in; remove it";
            case FileSystemException failure -> orClass(failure.getReason(), failure);
            default -> orClass(cause.getMessage(), cause);
        };
        String prefix = name + ": ";
        return Shown.line(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
    }

    private static boolean says(Exception e, String text) {
        return Objects.requireNonNullElse(e.getMessage(), "")
                .toLowerCase(Locale.ROOT)
                .contains(text);
    }

    private static String orClass(@Nullable String text, Exception e) {
        return text == null || text.isBlank() ? e.getClass().getSimpleName() : text;
    }
}
