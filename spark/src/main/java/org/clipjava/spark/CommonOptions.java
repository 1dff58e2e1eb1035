package org.clipjava.spark;

import picocli.CommandLine.Option;

/** What every program takes. */
final class CommonOptions {
    @Option(names = "--debug", description = "Show the trace of an error.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli itself acts on it
    private boolean help;

    boolean debug() {
        return debug;
    }
}
