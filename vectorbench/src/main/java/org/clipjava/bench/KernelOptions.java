package org.clipjava.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.config.WeightType;

/**
 * What {@code kernels} is asked to do.
 *
 * @param model whose shapes and weights; if empty, ViT-B/32's shapes
 * @param threads one after the other
 * @param batches pictures in a forward pass
 * @param type of the weights of single kernels
 * @param seconds a kernel
 * @param scalar whether to run the scalar kernels
 */
record KernelOptions(
        Optional<Path> model,
        List<Integer> threads,
        List<Integer> batches,
        WeightType type,
        double seconds,
        boolean scalar) {

    static KernelOptions parse(List<String> arguments) throws UsageException {
        Options options = Options.parse(
                arguments, Set.of("--model", "--threads", "--batch", "--weights", "--seconds", "--kernels"));
        String kernels = options.text("--kernels").orElse("vector");
        if (!kernels.equals("vector") && !kernels.equals("scalar")) {
            throw new UsageException("--kernels: expected vector or scalar, found '" + kernels + "'");
        }
        String type = options.text("--weights").orElse("f32");
        return new KernelOptions(
                options.text("--model").map(Path::of),
                options.counts("--threads", List.of(1)),
                options.counts("--batch", List.of(1, 8)),
                WeightType.spelled(type)
                        .orElseThrow(() -> new UsageException(
                                "--weights: expected f32, f16, bf16, q8 or int8, found '" + type + "'")),
                options.seconds("--seconds").orElse(0.5),
                kernels.equals("scalar"));
    }
}
