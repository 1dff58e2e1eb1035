package org.clipjava.encoder;

import java.util.List;

/** Whether a backend can run here, in words for people. Immutable and thread-safe. */
public sealed interface Availability {

    /**
     * It can.
     *
     * @param devices what it would run on, the one that it takes first; at least one
     */
    record Ready(List<String> devices) implements Availability {
        /** Copies the list. */
        public Ready {
            devices = List.copyOf(devices);
            if (devices.isEmpty()) {
                throw new IllegalArgumentException("expected at least one device");
            }
        }
    }

    /**
     * It can't.
     *
     * @param what is missing, and what to do about it; one line
     */
    record Missing(String what) implements Availability {}
}
