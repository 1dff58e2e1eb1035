package org.clipjava.image;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Objects;
import org.clipjava.io.Shown;
import org.jspecify.annotations.Nullable;

/**
 * Why a picture can't be had, in words: the JDK's exceptions often carry nothing but the file's name. Stateless and thread-safe.
 *
 * <pre>{@code
 * } catch (IOException e) {
 *     System.err.println(photo + ": " + ImageFailure.reason(e, photo.toString()));
 * }
 * }</pre>
 */
public final class ImageFailure {
    private static final String DENIED = "permission denied";

    private ImageFailure() {}

    /**
     * The reason in one line, without the picture's name, escaped where a terminal would obey it.
     *
     * @param cause whatever opening, reading or decoding the picture threw
     * @param name what the picture was called; left out of the reason where the cause's message begins with it
     */
    public static String reason(IOException cause, String name) {
        String text = switch (cause) {
            case NoSuchFileException missing -> "no such file";
            case AccessDeniedException denied -> DENIED;
            // What it says besides, and in which language, is the system's; there are two reasons.
            case FileNotFoundException missing -> says(missing, DENIED) ? DENIED : "no such file";
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
