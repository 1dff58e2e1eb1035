package org.clipjava.cli.options;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.clipjava.Clip;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.WeightType;
import org.clipjava.modelfile.ModelFile;

/**
 * Has the JVM compile the kernels while the command line is read, the model opened and the first picture decoded. A cold
 * start is won or lost here: what is not compiled is hundreds of times slower.
 */
public final class KernelWarmUp {
    /** The weights of the model that the jar carries. */
    public static final WeightType OF_BUILT_IN = WeightType.F16;

    /** No one who waits is kept longer; what is not compiled by then is compiled in use. */
    private static final int MILLISECONDS = 3_000;

    private final CompletableFuture<Callable<WeightType>> weights = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private final WeightType expected;

    private KernelWarmUp(WeightType expected) {
        this.expected = expected;
    }

    /** Does nothing, for commands that encode nothing. */
    public static KernelWarmUp none() {
        KernelWarmUp none = new KernelWarmUp(WeightType.F32);
        none.done.complete(null);
        return none;
    }

    /**
     * Begins.
     *
     * @param expected the weights of the model that is likely to be opened; those of another are seen to when it is known
     */
    public static KernelWarmUp start(WeightType expected) {
        KernelWarmUp warmUp = new KernelWarmUp(expected);
        Thread thread = new Thread(warmUp::run, "clip-warm-up");
        thread.setDaemon(true);
        thread.start();
        return warmUp;
    }

    private void run() {
        try {
            KernelChoice kernels = KernelChoice.fromProperty();
            Clip.warmUp(kernels, expected, MILLISECONDS);
            WeightType type = weights.get().call();
            if (type != expected) {
                Clip.warmUp(kernels, type, MILLISECONDS);
            }
        } catch (Exception e) { // whatever it is, the command will meet it too, and reports it
            System.getLogger(KernelWarmUp.class.getName()).log(System.Logger.Level.DEBUG, "no warm-up", e);
        } finally {
            done.complete(null);
        }
    }

    /** Goes on with what the weights of this file need. */
    void forModel(Path file) {
        weights.complete(() -> ModelFile.info(file).weightType());
    }

    /** Goes on with what the weights of this model need. */
    void forModel(Clip clip) {
        weights.complete(() -> clip.info().weightType());
    }

    /** Waits for the end: a second thread that runs the same code slowly would only be in the way. */
    void await() {
        done.join();
    }
}
