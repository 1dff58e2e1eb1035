package org.clipjava.image;

import java.io.IOException;
import org.clipjava.io.FileFailure;

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
    private ImageFailure() {}

    /**
     * The reason in one line, without the picture's name, escaped where a terminal would obey it.
     *
     * @param cause whatever opening, reading or decoding the picture threw
     * @param name what the picture was called; left out of the reason where the cause's message begins with it
     */
    public static String reason(IOException cause, String name) {
        return FileFailure.reason(cause, name);
    }
}
