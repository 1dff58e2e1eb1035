package org.clipjava.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.kernel.DotProducts;

/** What can run the encoders: the CPU, and each {@link EncoderBackend} on the class or module path. */
public final class Backends {
    /** The system property that the default comes from: {@code cpu}, {@code auto} or a provider's name. */
    public static final String PROPERTY = "clip.backend";

    private static final String AUTO = "auto";

    private Backends() {}

    /**
     * All there are, the CPU first.
     *
     * @param cpu the kernels and threads that the CPU is to use
     * @throws BackendUnavailableException if a provider can't be loaded
     */
    public static List<EncoderBackend> all(CpuSettings cpu) throws BackendUnavailableException {
        List<EncoderBackend> backends = new ArrayList<>();
        backends.add(new CpuBackend(cpu));
        try {
            for (DotProducts.Provider provider : ServiceLoader.load(DotProducts.Provider.class)) {
                backends.add(new CpuBackend(cpu, Optional.of(provider)));
            }
            ServiceLoader.load(EncoderBackend.class).forEach(backends::add);
        } catch (ServiceConfigurationError e) {
            throw new BackendUnavailableException("a backend can't be loaded: " + e.getMessage(), e);
        }
        return backends;
    }

    /**
     * The backend of this name, which is ready; what can't be had is an error and never replaced.
     *
     * @param name {@code cpu}, {@code auto} for the first provider that has a device, or a provider's
     * @throws BackendUnavailableException if there is none, or something is missing; the message says what
     */
    public static EncoderBackend choose(String name, CpuSettings cpu) throws BackendUnavailableException {
        return switch (name) {
            // providers are not even looked for: that takes time, and a broken one must not be in the way
            case CpuBackend.NAME -> new CpuBackend(cpu);
            case AUTO -> firstReady(cpu);
            default -> named(name, cpu);
        };
    }

    private static EncoderBackend firstReady(CpuSettings cpu) throws BackendUnavailableException {
        System.Logger logger = System.getLogger(Backends.class.getName());
        List<EncoderBackend> all = all(cpu);
        for (EncoderBackend backend : all) {
            if (backend instanceof CpuBackend) {
                continue; // what is a device comes first, and machine code runs for no one who has not asked for it
            }
            switch (backend.availability()) {
                case Availability.Ready ready -> {
                    return backend;
                }
                case Availability.Missing missing ->
                    logger.log(System.Logger.Level.DEBUG, "backend {0}: {1}", backend.name(), missing.what());
            }
        }
        return all.getFirst();
    }

    private static EncoderBackend named(String name, CpuSettings cpu) throws BackendUnavailableException {
        List<EncoderBackend> all = all(cpu);
        EncoderBackend backend = all.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BackendUnavailableException("backend " + name
                        + ": not on the class or module path, where there is "
                        + all.stream().map(EncoderBackend::name).collect(Collectors.joining(", "))
                        + "; see docs/gpu.md"));
        if (backend.availability() instanceof Availability.Missing missing) {
            throw new BackendUnavailableException("backend " + name + ": " + missing.what());
        }
        return backend;
    }
}
