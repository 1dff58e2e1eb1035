package org.clipjava.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.WeightType;
import org.clipjava.encoder.Availability;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.Parallel;
import org.clipjava.weights.StoredWeights;
import org.clipjava.weights.TextWeights;
import org.clipjava.weights.VisionWeights;
import org.junit.jupiter.api.Test;

class MachineCodeBackendTest {
    /** What multiplies bytes and nothing else. */
    private static final class Bytes implements DotProducts, DotProducts.Provider {
        private boolean closed;

        @Override
        public String name() {
            return "bytes";
        }

        @Override
        public Availability availability() {
            return new Availability.Ready(List.of("bytes"));
        }

        @Override
        public DotProducts open() {
            return this;
        }

        @Override
        public String description() {
            return "bytes";
        }

        @Override
        public void multiply(
                int rows,
                int inputs,
                MemorySegment levels,
                long levelsAt,
                MemorySegment weights,
                long weightsAt,
                MemorySegment ahead,
                MemorySegment sums) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Of a file whose weights are never read. */
    private record Stored(WeightType type) implements StoredWeights {
        @Override
        public Optional<WeightType> weightType() {
            return Optional.of(type);
        }

        @Override
        public ClipConfig config() {
            throw new UnsupportedOperationException();
        }

        @Override
        public float logitScale() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<VisionWeights> vision(Arena arena, Parallel parallel) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<TextWeights> text(Arena arena, Parallel parallel) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void refusesABf16ModelThatItsMachineCodeCanNotMultiply() {
        Bytes bytes = new Bytes();
        CpuSettings settings = new CpuSettings(KernelChoice.AUTO, 1, Optional.empty(), false);
        CpuBackend backend = new CpuBackend(settings, Optional.of(bytes));

        BackendUnavailableException e =
                assertThrows(BackendUnavailableException.class, () -> backend.open(new Stored(WeightType.BF16)));

        assertEquals(
                "backend bytes: a bf16 model needs AVX-512 BF16 or AMX, which this processor has not or the system does not"
                        + " grant; use the backend cpu",
                e.getMessage());
        assertTrue(bytes.closed);
        // others come as far as their weights
        assertThrows(UnsupportedOperationException.class, () -> backend.open(new Stored(WeightType.F16)));
    }
}
