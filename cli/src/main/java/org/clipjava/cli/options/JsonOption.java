package org.clipjava.cli.options;

import picocli.CommandLine.Option;

/** {@code --json}. */
public final class JsonOption {
    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    public boolean given() {
        return json;
    }
}
