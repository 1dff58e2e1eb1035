package org.clipjava.cli;

import java.util.Optional;
import org.clipjava.ClipOptions;
import org.clipjava.KernelChoice;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that stand before or after the command's name. */
final class GlobalOptions {
    /** A picture takes some 10 ms longer after a quick start, which saves the time of about a hundred of these. */
    private static final int QUICK_START_PAYS = 64;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of what went wrong.")
    private boolean debug;

    @Option(
            names = "--threads",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "Threads to compute with; all cores unless given. Results do not depend on it.")
    private Optional<Integer> threads = Optional.empty();

    @Option(
            names = "--kernels",
            paramLabel = "KIND",
            scope = ScopeType.INHERIT,
            description = "auto, scalar or vector; auto unless given here or as -Dclip.kernels.")
    private Optional<KernelChoice> kernels = Optional.empty();

    boolean debug() {
        return debug;
    }

    /** For a run of so many pictures or prompts. */
    ClipOptions clipOptions(int encodings) {
        return clipOptions().withQuickStart(encodings <= QUICK_START_PAYS);
    }

    ClipOptions clipOptions() {
        ClipOptions options;
        try {
            options = ClipOptions.defaults();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
        if (threads.isPresent()) {
            if (threads.get() < 1) {
                throw CommandFailure.usage("--threads: expected at least 1, found " + threads.get());
            }
            options = options.withThreads(threads.get());
        }
        return kernels.isPresent() ? options.withKernels(kernels.get()) : options;
    }
}
