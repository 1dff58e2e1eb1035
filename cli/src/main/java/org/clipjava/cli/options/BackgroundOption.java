package org.clipjava.cli.options;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.clipjava.ClipOptions;
import org.clipjava.cli.output.CommandFailure;
import picocli.CommandLine.Option;

/** {@code --background}: what is seen through transparent pixels. */
final class BackgroundOption {
    /** Of the web's colours those that serve. */
    private static final Map<String, Integer> NAMES =
            Map.of("white", 0xffffff, "black", 0x000000, "gray", 0x808080, "grey", 0x808080);

    @Option(
            names = "--background",
            paramLabel = "COLOUR",
            description = "Lay transparent pictures over this: white, black, gray or #rrggbb. Default: the colours that"
                    + " are stored, however transparent.")
    private Optional<String> color = Optional.empty();

    /** The same options with the background, if one is given. */
    ClipOptions in(ClipOptions options) {
        return color.map(given -> options.withBackground(parsed(given))).orElse(options);
    }

    private static int parsed(String given) {
        String spelled = given.toLowerCase(Locale.ROOT);
        if (NAMES.containsKey(spelled)) {
            return NAMES.get(spelled);
        }
        if (spelled.matches("#[0-9a-f]{6}")) {
            return Integer.parseInt(spelled, 1, 7, 16);
        }
        if (spelled.matches("#[0-9a-f]{3}")) {
            return Integer.parseInt(spelled.substring(1).replaceAll("(.)", "$1$1"), 16);
        }
        throw CommandFailure.usage("--background: expected white, black, gray or a colour as #ff8000, found " + given);
    }
}
