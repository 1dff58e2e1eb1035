package org.clipjava.cli.options;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.cli.input.Texts;
import org.clipjava.cli.output.Terminal;
import picocli.CommandLine.Parameters;

/** The texts that a command is about. */
public final class TextArguments {
    @Parameters(
            paramLabel = "TEXT",
            arity = "1..*",
            description = "Texts, as they are: no template. - alone reads them from stdin, one a line.")
    private List<String> arguments = new ArrayList<>();

    public List<String> texts(Terminal terminal) {
        return Texts.of(arguments, terminal);
    }
}
