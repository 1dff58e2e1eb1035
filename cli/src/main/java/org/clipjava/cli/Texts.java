package org.clipjava.cli;

import java.io.IOException;
import java.util.List;

/** The texts of a command line. */
final class Texts {
    private Texts() {}

    /** The arguments, or for {@code -} alone the lines of stdin, blank ones too: line i is input i. */
    static List<String> of(List<String> arguments, Terminal terminal) {
        if (!arguments.equals(List.of("-"))) {
            return List.copyOf(arguments);
        }
        try {
            return Lines.of(terminal.in().readAllBytes());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "stdin: " + Reason.of(e, "stdin"), e);
        }
    }
}
