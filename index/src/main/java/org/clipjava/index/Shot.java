package org.clipjava.index;

import java.time.LocalDateTime;
import java.util.Objects;
import java.util.Optional;

/**
 * When, where and with what a picture was taken, as its file says.
 *
 * @param taken by the camera's clock
 * @param place where
 * @param camera maker and model
 */
public record Shot(Optional<LocalDateTime> taken, Optional<Place> place, Optional<String> camera) {
    /** Nothing is known. */
    public static final Shot UNKNOWN = new Shot(Optional.empty(), Optional.empty(), Optional.empty());

    /** Checks for null. */
    public Shot {
        Objects.requireNonNull(taken);
        Objects.requireNonNull(place);
        Objects.requireNonNull(camera);
    }
}
