package org.clipjava.backend;

import java.util.Optional;
import java.util.concurrent.Executor;
import org.clipjava.config.KernelChoice;

/**
 * How the CPU runs encoders; {@code org.clipjava.ClipOptions} says what each means.
 *
 * @param threads at least 1, the calling one included
 */
public record CpuSettings(KernelChoice kernels, int threads, Optional<Executor> executor, boolean quickStart) {}
