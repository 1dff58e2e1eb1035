package org.clipjava.cli.options;

import java.time.Duration;
import java.util.Optional;
import org.clipjava.ClipOptions;
import org.clipjava.cli.input.CommandDecoder;
import org.clipjava.cli.input.DecoderCommand;
import org.clipjava.cli.output.CommandFailure;
import picocli.CommandLine.Option;

/** {@code --decoder}: the user's program for formats that are not read. */
public final class DecoderOption {
    /** Enough for large photos on slow machines. */
    private static final Duration MOST = Duration.ofMinutes(1);

    @Option(
            names = "--decoder",
            paramLabel = "COMMAND",
            description = "Pictures that are not read, such as HEIC and AVIF, are decoded by this program, which writes"
                    + " PNG or PPM to its stdout; {} is the picture's file: 'magick {} png:-'.")
    private Optional<String> command = Optional.empty();

    /** Whether there is such a program. */
    public boolean given() {
        return command.isPresent();
    }

    /** The same options with the program, if one is given, behind what decodes pictures so far. */
    public ClipOptions in(ClipOptions options) {
        return command.map(given -> options.withImageDecoder(new CommandDecoder(options.imageDecoder(), parsed(given))))
                .orElse(options);
    }

    private static DecoderCommand parsed(String given) {
        try {
            return DecoderCommand.parse(given, MOST);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--decoder: " + e.getMessage(), e);
        }
    }
}
