package org.clipjava.backend;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.clipjava.config.ClipConfig;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.TextEncoder;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.UnprovenJvm;
import org.clipjava.model.ImageTower;
import org.clipjava.model.TextTower;
import org.clipjava.model.Workspace;
import org.clipjava.weights.StoredWeights;

/** This machine's processors, with the kernels and threads that the settings ask for. */
public final class CpuBackend implements EncoderBackend {
    /** As {@code --backend} names it. */
    public static final String NAME = "cpu";

    private final CpuSettings settings;

    public CpuBackend(CpuSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Availability availability() {
        try {
            return new Availability.Ready(List.of(kernels().description() + ", threads: " + settings.threads()));
        } catch (BackendUnavailableException e) {
            return new Availability.Missing(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    @Override
    @SuppressWarnings(
            "MustBeClosedChecker") // what is returned holds the arena and the threads for as long as it is open
    public Encoders open(StoredWeights weights) throws IOException {
        UnprovenJvm.warnOnce();
        Kernels kernels = kernels();
        Arena arena = Arena.ofShared();
        Optional<ExecutorService> ownExecutor = settings.executor().isPresent() || settings.threads() == 1
                ? Optional.empty()
                : Optional.of(Executors.newFixedThreadPool(settings.threads() - 1, new WorkerThreads()));
        Runnable release = () -> {
            ownExecutor.ifPresent(ExecutorService::close);
            arena.close();
        };
        try {
            Executor executor = settings.executor().or(() -> ownExecutor).orElse(Runnable::run);
            Workspace.Pool workspaces = new Workspace.Pool(settings.threads(), executor);
            ClipConfig config = weights.config();
            Optional<ImageEncoder> image = weights.vision(arena, workspaces::forEach)
                    .map(vision -> new ImageTower(config.vision(), vision, kernels, workspaces));
            Optional<TextEncoder> text = weights.text(arena, workspaces::forEach)
                    .map(tower -> new TextTower(config.text(), tower, kernels, workspaces));
            return new Encoders(kernels.description(), image, text, release);
        } catch (Throwable e) {
            release.run();
            throw e;
        }
    }

    private Kernels kernels() throws BackendUnavailableException {
        try {
            return chosen();
        } catch (UnsupportedOperationException e) {
            throw new BackendUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    private Kernels chosen() {
        return switch (settings.kernels()) {
            case SCALAR -> Kernels.scalar();
            case VECTOR -> vectorKernels();
            case AUTO -> {
                if (Kernels.vectorPays()) {
                    yield vectorKernels();
                }
                System.getLogger(CpuBackend.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                Kernels.vectorApiResolved()
                                        ? "running on scalar kernels, many times slower: this processor has no AVX2"
                                        : "running on scalar kernels, many times slower: start Java with --add-modules jdk.incubator.vector");
                yield Kernels.scalar();
            }
        };
    }

    private Kernels vectorKernels() {
        return settings.quickStart() ? Kernels.quickStart() : Kernels.vector();
    }

    /** Names the threads, and lets the JVM end while they wait. */
    private static final class WorkerThreads implements ThreadFactory {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "clip-worker-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
