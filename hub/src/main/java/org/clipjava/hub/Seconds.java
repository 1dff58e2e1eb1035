package org.clipjava.hub;

import java.time.Duration;
import java.util.Locale;

/** A duration as messages give it. */
final class Seconds {
    private static final double MILLIS = 1e3;

    private Seconds() {}

    static String of(Duration duration) {
        return duration.toSecondsPart() == 0 && duration.toMinutes() > 0 && duration.toMillisPart() == 0
                ? duration.toMinutes() + " min"
                : duration.toMillis() % 1000 == 0
                        ? duration.toSeconds() + " s"
                        : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / MILLIS);
    }
}
