package org.clipjava.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clipjava.bench.Options.UsageException;

/**
 * What {@code search} is asked to do.
 *
 * @param thousands vectors of each index, in thousands
 * @param components of each vector
 * @param quantised whether the graph has 7 bits a component
 * @param repetitions queries
 * @param unchanged files of a second run; empty for none
 */
record SearchOptions(
        List<Integer> thousands,
        int components,
        boolean quantised,
        int repetitions,
        Path svg,
        Optional<Path> json,
        Optional<Unchanged> unchanged) {

    /** Files that a second run finds as they were, and the model of their index. */
    record Unchanged(int files, Path model) {}

    static SearchOptions parse(List<String> arguments) throws UsageException {
        Options options = Options.parse(
                arguments,
                Set.of(
                        "--thousands",
                        "--components",
                        "--quantised",
                        "--repetitions",
                        "-o",
                        "--json",
                        "--unchanged",
                        "--model"));
        String quantised = options.text("--quantised").orElse("no");
        if (!Set.of("yes", "no").contains(quantised)) {
            throw new UsageException("--quantised: expected yes or no, found '" + quantised + "'");
        }
        Optional<Integer> files = options.count("--unchanged");
        return new SearchOptions(
                options.counts("--thousands", List.of(1, 10, 100)),
                options.count("--components").orElse(512),
                quantised.equals("yes"),
                options.count("--repetitions").orElse(100),
                Path.of(options.required("-o")),
                options.text("--json").map(Path::of),
                files.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Unchanged(files.get(), Path.of(options.required("--model")))));
    }
}
