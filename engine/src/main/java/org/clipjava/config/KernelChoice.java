package org.clipjava.config;

import java.util.Locale;

/** Which implementation of the arithmetic to run on. */
public enum KernelChoice {
    /** The Vector API where its module is resolved; otherwise plain Java, with a warning in the log. */
    AUTO,
    /** Plain Java. */
    SCALAR,
    /** The Vector API; an error where its module is not resolved. */
    VECTOR;

    /** The system property that the default comes from: {@code auto}, {@code scalar} or {@code vector}. */
    public static final String PROPERTY = "clip.kernels";

    /**
     * What {@code -Dclip.kernels} asks for; {@link #AUTO} if it is not set.
     *
     * @throws IllegalArgumentException if the property is set to anything else
     */
    public static KernelChoice fromProperty() {
        String value = System.getProperty(PROPERTY, "auto");
        for (KernelChoice choice : values()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(value)) {
                return choice;
            }
        }
        throw new IllegalArgumentException(
                "-D" + PROPERTY + ": expected auto, scalar or vector, found '" + value + "'");
    }
}
