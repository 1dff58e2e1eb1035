package org.clipjava.io;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** Colours as a command line gives them. Stateless and thread-safe. */
public final class NamedColor {
    /** What {@link #parse} takes, for messages. */
    public static final String EXPECTED = "white, black, gray or a colour as #ff8000";

    /** Of the web's colours those that serve. */
    private static final Map<String, Integer> NAMES =
            Map.of("white", 0xffffff, "black", 0x000000, "gray", 0x808080, "grey", 0x808080);

    private NamedColor() {}

    /** 0xRRGGBB of {@code white}, {@code black}, {@code gray}, {@code #rrggbb} or {@code #rgb}; empty for anything else. */
    public static OptionalInt parse(String text) {
        String spelled = text.toLowerCase(Locale.ROOT);
        if (NAMES.containsKey(spelled)) {
            return OptionalInt.of(NAMES.get(spelled));
        }
        if (spelled.matches("#[0-9a-f]{6}")) {
            return OptionalInt.of(Integer.parseInt(spelled, 1, 7, 16));
        }
        if (spelled.matches("#[0-9a-f]{3}")) {
            return OptionalInt.of(Integer.parseInt(spelled.substring(1).replaceAll("(.)", "$1$1"), 16));
        }
        return OptionalInt.empty();
    }
}
