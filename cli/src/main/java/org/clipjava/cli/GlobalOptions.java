package org.clipjava.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clipjava.ClipOptions;
import org.clipjava.config.KernelChoice;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that stand before or after the command's name. */
final class GlobalOptions {
    /** Those that a value follows as an argument of its own. */
    static final Set<String> TAKING_A_VALUE = Set.of("--threads", "--kernels", "--backend");

    /** A picture takes some 10 ms longer after a quick start, which saves the time of about a hundred of these. */
    private static final int QUICK_START_PAYS = 64;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of what went wrong.")
    private boolean debug;

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            scope = ScopeType.INHERIT,
            description = "Threads to compute with; all cores unless given. Results do not depend on it.")
    private List<Integer> threads = new ArrayList<>();

    @Option(
            names = "--kernels",
            paramLabel = "KIND",
            scope = ScopeType.INHERIT,
            description = "auto, scalar or vector; auto unless given here or as -Dclip.kernels.")
    private Optional<KernelChoice> kernels = Optional.empty();

    @Option(
            names = "--allow-nonfinite",
            scope = ScopeType.INHERIT,
            description = "Take models with weights that are infinite or not a number, to look into a damaged one.")
    private boolean allowNonFinite;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description =
                    "What the encoders run on: cpu, tornado (see docs/gpu.md), or auto for a GPU if there is one; "
                            + "cpu unless given here or as -Dclip.backend.")
    private Optional<String> backend = Optional.empty();

    boolean debug() {
        return debug;
    }

    /** For a run of so many pictures or prompts. */
    ClipOptions clipOptions(int encodings) {
        return clipOptions().withQuickStart(encodings <= QUICK_START_PAYS);
    }

    ClipOptions clipOptions() {
        if (threads.size() > 1) {
            throw CommandFailure.usage("--threads: expected one number, found " + threads.size());
        }
        ClipOptions options = clipOptionsWithoutThreads();
        return threads.isEmpty()
                ? options
                : options.withThreads(threadCounts(threads).getFirst());
    }

    ClipOptions clipOptionsWithoutThreads() {
        try {
            ClipOptions options = ClipOptions.defaults().withNonFiniteAllowed(allowNonFinite);
            if (backend.isPresent()) {
                options = options.withBackend(backend.get());
            }
            return kernels.isPresent() ? options.withKernels(kernels.get()) : options;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    boolean allowNonFinite() {
        return allowNonFinite;
    }

    /** What {@code --threads} lists, for the command that measures several. */
    List<Integer> threadCounts(List<Integer> otherwise) {
        for (int count : threads) {
            if (count < 1) {
                throw CommandFailure.usage("--threads: expected at least 1, found " + count);
            }
        }
        return threads.isEmpty() ? otherwise : threads;
    }
}
