package org.clipjava.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.measure.Timing;

/**
 * What {@code growth} is asked to do.
 *
 * @param svg the file to draw
 * @param json a file for the values
 */
record GrowthOptions(Path model, Path svg, Optional<Path> json, Timing timing) {
    static GrowthOptions parse(List<String> arguments) throws UsageException {
        Options options = Options.parse(arguments, Set.of("--model", "-o", "--json", "--repetitions", "--warm-up"));
        return new GrowthOptions(
                Path.of(options.required("--model")),
                Path.of(options.required("-o")),
                options.text("--json").map(Path::of),
                new Timing(
                        options.seconds("--warm-up").orElse(1.0),
                        options.count("--repetitions").orElse(9)));
    }
}
