package org.clipjava.cli.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clipjava.ClipOptions;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.config.KernelChoice;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that stand before or after the command's name; a command's own come first in its help. */
public final class GlobalOptions {
    /** Those that a value follows as an argument of its own. */
    public static final Set<String> TAKING_A_VALUE = Set.of("--threads", "--kernels", "--backend");

    /** Where the help has the first of them: behind a command's own. */
    public static final int LAST = 100;

    /** Where it has those that few ever need. */
    private static final int LAST_OF_ALL = 200;

    /** A picture takes some 10 ms longer after a quick start, which saves the time of about a hundred of these. */
    private static final int QUICK_START_PAYS = 64;

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            order = LAST,
            scope = ScopeType.INHERIT,
            description = "Threads to compute with; default: one for each core. Results do not depend on it.")
    private List<Integer> threads = new ArrayList<>();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            order = LAST_OF_ALL,
            scope = ScopeType.INHERIT,
            description =
                    "What the encoders run on: cpu, machinecode (int8 and bf16 models in machine code; docs/machinecode.md), "
                            + "tornado (docs/gpu.md), or auto for a GPU if there is one. "
                            + "Default: -Dclip.backend, else cpu.")
    private Optional<String> backend = Optional.empty();

    @Option(
            names = "--kernels",
            paramLabel = "KIND",
            order = LAST_OF_ALL + 1,
            scope = ScopeType.INHERIT,
            description = "How the CPU computes: auto, scalar or vector. Default: -Dclip.kernels, else auto.")
    private Optional<KernelChoice> kernels = Optional.empty();

    @Option(
            names = "--allow-nonfinite",
            order = LAST_OF_ALL + 2,
            scope = ScopeType.INHERIT,
            description = "Open a damaged model, whose weights are infinite or not a number, to look into it.")
    private boolean allowNonFinite;

    @Option(
            names = "--debug",
            order = LAST + 3,
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of what went wrong.")
    private boolean debug;

    public boolean debug() {
        return debug;
    }

    /** For a run of so many pictures or prompts. */
    public ClipOptions clipOptions(int encodings) {
        return clipOptions().withQuickStart(encodings <= QUICK_START_PAYS);
    }

    public ClipOptions clipOptions() {
        if (threads.size() > 1) {
            throw CommandFailure.usage("--threads: expected one number, found " + threads.size());
        }
        ClipOptions options = clipOptionsWithoutThreads();
        return threads.isEmpty()
                ? options
                : options.withThreads(threadCounts(threads).getFirst());
    }

    public ClipOptions clipOptionsWithoutThreads() {
        try {
            ClipOptions options = ClipOptions.defaults().withNonFiniteAllowed(allowNonFinite);
            if (backend.isPresent()) {
                options = options.withBackend(backend.get());
            }
            return kernels.isPresent() ? options.withKernels(kernels.get()) : options;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        }
    }

    public boolean allowNonFinite() {
        return allowNonFinite;
    }

    /** What {@code --threads} lists, for the command that measures several. */
    public List<Integer> threadCounts(List<Integer> otherwise) {
        for (int count : threads) {
            if (count < 1) {
                throw CommandFailure.usage("--threads: expected at least 1, found " + count);
            }
        }
        return threads.isEmpty() ? otherwise : threads;
    }
}
