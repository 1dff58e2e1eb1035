package org.clipjava.cli.options;

import org.clipjava.config.WeightType;
import picocli.CommandLine.Option;

/** {@code --dtype}: how a model's matrices are stored. */
public final class WeightTypeOption {
    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "f32",
            description = "How matrices are stored: f32, f16, bf16, q8 or int8. Default: ${DEFAULT-VALUE}.")
    private WeightType type = WeightType.F32;

    public WeightType type() {
        return type;
    }
}
