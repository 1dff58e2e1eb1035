package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.measure.Timing;
import org.junit.jupiter.api.Test;

class GrowthOptionsTest {
    @Test
    void readsAllOptions() throws Exception {
        assertEquals(
                new GrowthOptions(Path.of("m"), Path.of("p.svg"), Optional.of(Path.of("p.json")), new Timing(0.5, 6)),
                GrowthOptions.parse(List.of(
                        "--model", "m", "-o", "p.svg", "--json", "p.json", "--repetitions=6", "--warm-up", "0.5")));
    }

    @Test
    void asksForTheModelAndTheDrawing() {
        assertThrows(UsageException.class, () -> GrowthOptions.parse(List.of("-o", "p.svg")));
        assertThrows(UsageException.class, () -> GrowthOptions.parse(List.of("--model", "m")));
    }
}
