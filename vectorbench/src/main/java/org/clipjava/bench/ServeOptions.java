package org.clipjava.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.clipjava.bench.Options.UsageException;

/**
 * What {@code serve} is asked to do.
 *
 * @param model our model file
 * @param onnx the folder of {@code vision.onnx}, exported from the same weights; without it there is no peer
 * @param pictures a folder of them; generated photos without one
 * @param queue inputs that may wait in our server
 * @param rounds in which engine, server and peer take turns
 * @param seconds of a turn
 * @param warmUp seconds that each runs before
 * @param steady seconds of load below the capacity
 * @param overload seconds of load above it
 * @param idle seconds without a request at the end; none unless asked for
 * @param javaOptions of the JVMs that are measured
 * @param json a file for the results
 */
record ServeOptions(
        Path model,
        Optional<Path> onnx,
        Optional<Path> pictures,
        int queue,
        int rounds,
        double seconds,
        double warmUp,
        double steady,
        double overload,
        OptionalDouble idle,
        List<String> javaOptions,
        Optional<Path> json) {
    /** As {@code clip serve} has it. */
    private static final int DEFAULT_QUEUE = 256;

    /** The collector that {@code clip.jar} runs with. */
    private static final String DEFAULT_JAVA_OPTIONS = "-XX:+UseSerialGC";

    static ServeOptions parse(List<String> arguments) throws UsageException {
        Options options = Options.parse(
                arguments,
                Set.of(
                        "--model",
                        "--onnx",
                        "--pictures",
                        "--queue",
                        "--repetitions",
                        "--seconds",
                        "--warm-up",
                        "--steady",
                        "--overload",
                        "--idle",
                        "--java-options",
                        "--json"));
        Optional<Double> idle = options.seconds("--idle");
        return new ServeOptions(
                Path.of(options.required("--model")),
                options.text("--onnx").map(Path::of),
                options.text("--pictures").map(Path::of),
                options.count("--queue").orElse(DEFAULT_QUEUE),
                options.count("--repetitions").orElse(7),
                options.seconds("--seconds").orElse(20.0),
                options.seconds("--warm-up").orElse(20.0),
                options.seconds("--steady").orElse(60.0),
                options.seconds("--overload").orElse(60.0),
                idle.isPresent() ? OptionalDouble.of(idle.get()) : OptionalDouble.empty(),
                List.of(options.text("--java-options")
                        .orElse(DEFAULT_JAVA_OPTIONS)
                        .split(" ", -1)),
                options.text("--json").map(Path::of));
    }
}
