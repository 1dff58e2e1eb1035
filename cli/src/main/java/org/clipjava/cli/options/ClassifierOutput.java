package org.clipjava.cli.options;

import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.Terminal;
import picocli.CommandLine.Option;

/** {@code -o} of the commands that make a classifier. */
public final class ClassifierOutput {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The classifier to write, for classify --classifier; it appears when it is complete.")
    private String file = "";

    /** Complains before the work. */
    public void check() {
        OutputFile.of(file).target();
    }

    public void save(OutputFile.Saving saving) {
        OutputFile.of(file).save(saving);
    }

    /** Says that it is written. */
    public void say(String contents, Terminal terminal) {
        terminal.say("wrote " + file + ": " + contents);
    }
}
