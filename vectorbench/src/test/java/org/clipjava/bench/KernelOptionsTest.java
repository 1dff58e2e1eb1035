package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.config.WeightType;
import org.junit.jupiter.api.Test;

class KernelOptionsTest {
    @Test
    void readsAllOptions() throws UsageException {
        assertEquals(
                new KernelOptions(Optional.of(Path.of("m")), List.of(2, 4), List.of(16), WeightType.Q8, 0.25, true),
                KernelOptions.parse(List.of(
                        "--model=m",
                        "--threads=2,4",
                        "--batch=16",
                        "--weights=q8",
                        "--seconds=0.25",
                        "--kernels=scalar")));
    }

    @Test
    void needsNone() throws UsageException {
        assertEquals(
                new KernelOptions(Optional.empty(), List.of(1), List.of(1, 8), WeightType.F32, 0.5, false),
                KernelOptions.parse(List.of()));
    }

    @Test
    void refusesUnknownKernelsAndWeights() {
        assertThrows(UsageException.class, () -> KernelOptions.parse(List.of("--kernels=fast")));
        assertThrows(UsageException.class, () -> KernelOptions.parse(List.of("--weights=f64")));
    }
}
