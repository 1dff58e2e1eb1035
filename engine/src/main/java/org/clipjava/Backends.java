package org.clipjava;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;

/** What can run the encoders: the CPU, and each {@link EncoderBackend} on the class or module path. */
public final class Backends {
    /** The system property that the default comes from: {@code cpu}, {@code auto} or a provider's name. */
    public static final String PROPERTY = "clip.backend";

    private static final String AUTO = "auto";

    private Backends() {}

    /**
     * All there are, the CPU first.
     *
     * @param options with the kernels and threads that the CPU is to use
     * @throws UnsupportedOperationException if a provider can't be loaded
     */
    public static List<EncoderBackend> all(ClipOptions options) {
        List<EncoderBackend> backends = new ArrayList<>();
        backends.add(new CpuBackend(options));
        try {
            ServiceLoader.load(EncoderBackend.class).forEach(backends::add);
        } catch (ServiceConfigurationError e) {
            throw new UnsupportedOperationException("a backend can't be loaded: " + e.getMessage(), e);
        }
        return backends;
    }

    /** The backend that the options ask for, which is ready; what can't be had is an error and never replaced. */
    static EncoderBackend choose(ClipOptions options) {
        return switch (options.backend()) {
            // providers are not even looked for: that takes time, and a broken one must not be in the way
            case CpuBackend.NAME -> new CpuBackend(options);
            case AUTO -> firstReady(options);
            default -> named(options);
        };
    }

    private static EncoderBackend firstReady(ClipOptions options) {
        System.Logger logger = System.getLogger(Backends.class.getName());
        List<EncoderBackend> all = all(options);
        for (EncoderBackend backend : all.subList(1, all.size())) {
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

    private static EncoderBackend named(ClipOptions options) {
        List<EncoderBackend> all = all(options);
        EncoderBackend backend = all.stream()
                .filter(one -> one.name().equals(options.backend()))
                .findFirst()
                .orElseThrow(() -> new UnsupportedOperationException("backend " + options.backend()
                        + ": not on the class or module path, where there is "
                        + all.stream().map(EncoderBackend::name).collect(Collectors.joining(", "))
                        + "; see docs/gpu.md"));
        if (backend.availability() instanceof Availability.Missing missing) {
            throw new UnsupportedOperationException("backend " + options.backend() + ": " + missing.what());
        }
        return backend;
    }
}
