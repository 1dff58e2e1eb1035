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
import org.clipjava.config.KernelChoice;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.WeightType;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.TextEncoder;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.kernel.DotProducts;
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

    /** Multiply-adds of which plain Java does a few in the time that compiling vectors takes. */
    private static final long WORTH_COMPILING = 1_000_000_000;

    private static final int TOKENS_OF_A_LABEL = 8;

    private final CpuSettings settings;
    private final Optional<DotProducts.Provider> machine;

    public CpuBackend(CpuSettings settings) {
        this(settings, Optional.empty());
    }

    /** @param machine computes what the Vector API can't; the backend then has its name */
    CpuBackend(CpuSettings settings, Optional<DotProducts.Provider> machine) {
        this.settings = settings;
        this.machine = machine;
    }

    @Override
    public String name() {
        return machine.map(DotProducts.Provider::name).orElse(NAME);
    }

    @Override
    public Availability availability() {
        if (machine.isPresent()) {
            return ofMachine(machine.get());
        }
        try {
            return new Availability.Ready(List.of(kernels().description() + ", threads: " + settings.threads()));
        } catch (BackendUnavailableException e) {
            return new Availability.Missing(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    private static Availability ofMachine(DotProducts.Provider provider) {
        return Kernels.vectorPays()
                ? provider.availability()
                : new Availability.Missing("it needs the Vector API and AVX2 besides: start Java with --add-modules"
                        + " jdk.incubator.vector");
    }

    @Override
    @SuppressWarnings(
            "MustBeClosedChecker") // what is returned holds the arena and the threads for as long as it is open
    public Encoders open(StoredWeights weights) throws IOException {
        UnprovenJvm.warnOnce();
        Optional<DotProducts> products = products(weights);
        Kernels kernels = products.isPresent() ? on(products.get()) : kernels();
        if (isWorthCompiling(weights.config())) {
            weights.weightType().ifPresent(kernels::expect);
        }
        Arena arena = Arena.ofShared();
        Optional<ExecutorService> ownExecutor = settings.executor().isPresent() || settings.threads() == 1
                ? Optional.empty()
                : Optional.of(Executors.newFixedThreadPool(settings.threads() - 1, new WorkerThreads()));
        Runnable release = () -> {
            ownExecutor.ifPresent(ExecutorService::close);
            arena.close();
            products.ifPresent(DotProducts::close);
        };
        try {
            Executor executor = settings.executor().or(() -> ownExecutor).orElse(Runnable::run);
            Workspace.Pool workspaces = new Workspace.Pool(settings.threads(), executor);
            ClipConfig config = weights.config();
            Optional<ImageEncoder> image = weights.vision(arena, workspaces::forEach)
                    .map(vision -> new ImageTower(config.vision(), vision, kernels, workspaces));
            Optional<TextEncoder> text = weights.text(arena, workspaces::forEach)
                    .map(tower -> new TextTower(config.text(), tower, kernels, workspaces));
            return new Encoders(kernels.description(), image, text, release, executor);
        } catch (Throwable e) {
            release.run();
            throw e;
        }
    }

    /** Whether a picture or a text is so much work that vectors should be compiled while the weights are read. */
    private static boolean isWorthCompiling(ClipConfig config) {
        long ofPicture = config.hasVision()
                ? multiplyAdds(config.vision().tower(), config.vision().tokens())
                : 0;
        long ofText = config.hasText() ? multiplyAdds(config.text().tower(), TOKENS_OF_A_LABEL) : 0;
        return Math.max(ofPicture, ofText) > WORTH_COMPILING;
    }

    /** Of the layers of all blocks: q, k, v and their projection, and the two of the MLP. */
    private static long multiplyAdds(TowerConfig tower, int tokens) {
        long width = tower.width();
        return tower.layers() * width * (4 * width + 2L * tower.mlpWidth()) * tokens;
    }

    private Optional<DotProducts> products(StoredWeights weights) throws BackendUnavailableException {
        if (machine.isEmpty()) {
            return Optional.empty();
        }
        Optional<DotProducts> products = products();
        if (products.flatMap(DotProducts::pairOrder).isEmpty()
                && weights.weightType().equals(Optional.of(WeightType.BF16))) {
            products.ifPresent(DotProducts::close);
            throw new BackendUnavailableException(
                    "backend " + name() + ": a bf16 model needs AVX-512 BF16 or AMX, which"
                            + " this processor has not or the system does not grant; use the backend " + NAME);
        }
        return products;
    }

    private Optional<DotProducts> products() throws BackendUnavailableException {
        if (availability() instanceof Availability.Missing missing) {
            throw new BackendUnavailableException("backend " + name() + ": " + missing.what());
        }
        try {
            return Optional.of(machine.orElseThrow().open());
        } catch (IllegalStateException e) {
            throw new BackendUnavailableException("backend " + name() + ": " + e.getMessage(), e);
        }
    }

    private Kernels on(DotProducts products) {
        return settings.kernels() == KernelChoice.VECTOR
                ? Kernels.vector(settings.quickStart(), products)
                : Kernels.starting(settings.quickStart(), Optional.of(products));
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
            case VECTOR -> settings.quickStart() ? Kernels.quickStart() : Kernels.vector();
            case AUTO -> {
                if (Kernels.vectorPays()) {
                    yield Kernels.starting(settings.quickStart(), Optional.empty());
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
