package org.clipjava.cli.input;

import java.io.IOException;
import java.util.List;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;

/** The texts of a command line. */
public final class Texts {
    private Texts() {}

    /** The arguments, or for {@code -} alone the lines of stdin, blank ones too: line i is input i. */
    public static List<String> of(List<String> arguments, Terminal terminal) {
        if (!arguments.equals(List.of("-"))) {
            return List.copyOf(arguments);
        }
        try {
            return Lines.of(terminal.in().readAllBytes());
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, "stdin", "stdin", e);
        }
    }
}
