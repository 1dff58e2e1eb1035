package org.clipjava.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.config.WeightType;

/**
 * What {@code compare} is asked to do.
 *
 * @param model our model file
 * @param type F32, INT8 or BF16: what our model's weights are and, but for F32, are multiplied in by machine code
 * @param exact the same model in f32, where ours is narrow
 * @param onnx the folder of {@code vision.onnx} and {@code text.onnx}, exported from the same weights
 * @param threads how many threads both may use, one after the other
 * @param workloads what to measure, in this order
 * @param load threads of another program that are busy meanwhile; 0: none
 * @param json a file for the results
 * @param budget how long
 */
record CompareOptions(
        Path model,
        WeightType type,
        Optional<Path> exact,
        Path onnx,
        List<Integer> threads,
        List<Workload> workloads,
        int load,
        Optional<Path> json,
        Budget budget) {

    /**
     * How long a workload is measured.
     *
     * @param rounds so many, if given
     * @param seconds otherwise until so many are over, but {@value #FEWEST_ROUNDS} rounds at least
     * @param warmUpSeconds at most so long before; less if the times stand still earlier
     */
    record Budget(Optional<Integer> rounds, double seconds, double warmUpSeconds) {
        private static final int FEWEST_ROUNDS = 7;

        /** Whether to go on after so many rounds and seconds. */
        boolean allowsMore(int done, double elapsed) {
            return rounds.isPresent() ? done < rounds.get() : done < FEWEST_ROUNDS || elapsed < seconds;
        }
    }

    static CompareOptions parse(List<String> arguments) throws UsageException {
        Options options = Options.parse(
                arguments,
                Set.of(
                        "--model",
                        "--dtype",
                        "--exact",
                        "--onnx",
                        "--threads",
                        "--cases",
                        "--load",
                        "--json",
                        "--repetitions",
                        "--seconds",
                        "--warm-up"));
        if (options.text("--repetitions").isPresent()
                && options.text("--seconds").isPresent()) {
            throw new UsageException("--repetitions and --seconds: expected one of them");
        }
        WeightType type = type(options);
        return new CompareOptions(
                Path.of(options.required("--model")),
                type,
                exact(options, type),
                Path.of(options.required("--onnx")),
                options.counts("--threads", oneAndAll()),
                workloads(options.text("--cases")),
                options.count("--load").orElse(0),
                options.text("--json").map(Path::of),
                new Budget(
                        options.count("--repetitions"),
                        options.seconds("--seconds").orElse(20.0),
                        options.seconds("--warm-up").orElse(20.0)));
    }

    /** Whether our model's numbers are narrower than f32's, and are multiplied so. */
    boolean isNarrow() {
        return type != WeightType.F32;
    }

    private static WeightType type(Options options) throws UsageException {
        String type = options.text("--dtype").orElse("f32");
        return Stream.of(WeightType.F32, WeightType.INT8, WeightType.BF16)
                .filter(known -> known.spelling().equals(type))
                .findFirst()
                .orElseThrow(() -> new UsageException("--dtype: expected f32, int8 or bf16, found '" + type + "'"));
    }

    /** Which is needed for narrow models, and for f32 has no meaning. */
    private static Optional<Path> exact(Options options, WeightType type) throws UsageException {
        Optional<Path> exact = options.text("--exact").map(Path::of);
        if ((type == WeightType.F32) == exact.isPresent()) {
            throw new UsageException("--exact: expected the model in f32 with --dtype int8 or bf16, and only there");
        }
        return exact;
    }

    static List<Integer> oneAndAll() {
        return IntStream.of(1, Runtime.getRuntime().availableProcessors())
                .distinct()
                .boxed()
                .toList();
    }

    private static List<Workload> workloads(Optional<String> cases) throws UsageException {
        if (cases.isEmpty()) {
            return Workload.DEFAULTS;
        }
        List<Workload> workloads = new ArrayList<>();
        for (String name : cases.get().split(",", -1)) {
            try {
                workloads.add(Workload.parse(name));
            } catch (IllegalArgumentException e) {
                throw new UsageException(e.getMessage());
            }
        }
        return workloads;
    }
}
