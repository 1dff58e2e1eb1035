package org.clipjava.config;

/** Range checks whose messages name the setting as the model file does. */
final class ConfigChecks {
    private ConfigChecks() {}

    static void inRange(String setting, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(setting + ": expected " + least + " to " + most + ", found " + value);
        }
    }
}
