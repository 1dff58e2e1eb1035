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
    /** No one who waits is kept longer; what is not compiled by then is compiled in use. */
    private static final int MILLISECONDS = 3_000;

    /** Of most models; what others need besides is seen to when they are known. */
    private static final WeightType EXPECTED = WeightType.F32;

    private final CompletableFuture<Callable<WeightType>> weights = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private KernelWarmUp() {}

    /** Does nothing, for commands that encode nothing. */
    public static KernelWarmUp none() {
        KernelWarmUp none = new KernelWarmUp();
        none.done.complete(null);
        return none;
    }

    /** Begins. */
    public static KernelWarmUp start() {
        KernelWarmUp warmUp = new KernelWarmUp();
        Thread thread = new Thread(warmUp::run, "clip-warm-up");
        thread.setDaemon(true);
        thread.start();
        return warmUp;
    }

    private void run() {
        try {
            KernelChoice kernels = KernelChoice.fromProperty();
            Clip.warmUp(kernels, EXPECTED, MILLISECONDS);
            Clip.warmUp(kernels, weights.get().call(), MILLISECONDS);
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

    /** Waits for the end: a second thread that runs the same code slowly would only be in the way. */
    void await() {
        done.join();
    }
}
