package org.clipjava.index;

import java.util.Objects;

/**
 * A file that is called as a picture and can't be read as one. It is tried again when it changes.
 *
 * @param stamp its file as it was when it was tried
 * @param reason one line, without the file's name
 */
public record BrokenPicture(FileStamp stamp, String reason) {
    /** Checks for null. */
    public BrokenPicture {
        Objects.requireNonNull(stamp);
        Objects.requireNonNull(reason);
    }
}
