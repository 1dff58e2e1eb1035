package org.clipjava.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.clipjava.bench.lookup.LookupProducts;
import org.clipjava.bench.lookup.LookupSetting;
import org.clipjava.bench.lookup.QuantizedBlocks;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Kernels;
import org.clipjava.model.ImageTower;
import org.clipjava.model.Workspace;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.weights.Parallel;
import org.clipjava.weights.StoredWeights;
import org.clipjava.weights.VisionWeights;

/** An image tower whose blocks multiply by table lookup, held to the same tower without. */
final class LookupTower implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int threads = Runtime.getRuntime().availableProcessors();
    private final ExecutorService executor = Executors.newFixedThreadPool(threads);
    private final VisionConfig config;
    private final VisionWeights weights;
    private final List<PixelTensor> pictures;
    private final float[][] exact;

    /**
     * Reads the tower.
     *
     * @param model of any type of weights
     * @param pictures preprocessed, at least one
     */
    LookupTower(Path model, List<PixelTensor> pictures) throws IOException {
        try (ModelFile file = ModelFile.open(model)) {
            StoredWeights stored = file.weights(true, false, false);
            this.config = stored.config().vision();
            this.weights = stored.vision(arena, Parallel.none())
                    .orElseThrow(() -> new IOException(model + ": has no image tower; give a model that has one"));
            this.pictures = List.copyOf(pictures);
            this.exact = encode(weights, Kernels.vector());
        } catch (Throwable t) {
            close();
            throw t;
        }
    }

    /** The least cosine of a picture's embedding to that of the tower as it is. */
    double leastCosine(LookupSetting setting) {
        try (Arena rounded = Arena.ofShared();
                LookupProducts products = new LookupProducts(setting)) {
            VisionWeights narrow = QuantizedBlocks.of(weights, setting.weightBits(), rounded);
            return Accuracy.leastCosine(encode(narrow, Kernels.vector(false, products)), exact);
        }
    }

    private float[][] encode(VisionWeights tower, Kernels kernels) {
        return new ImageTower(config, tower, kernels, new Workspace.Pool(threads, executor)).encode(pictures);
    }

    @Override
    public void close() {
        executor.close();
        arena.close();
    }
}
