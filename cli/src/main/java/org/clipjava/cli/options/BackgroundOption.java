package org.clipjava.cli.options;

import java.util.Optional;
import org.clipjava.ClipOptions;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.io.NamedColor;
import picocli.CommandLine.Option;

/** {@code --background}: what is seen through transparent pixels. */
final class BackgroundOption {
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
        return NamedColor.parse(given)
                .orElseThrow(() ->
                        CommandFailure.usage("--background: expected " + NamedColor.EXPECTED + ", found " + given));
    }
}
