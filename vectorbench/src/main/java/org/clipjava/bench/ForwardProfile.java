package org.clipjava.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.stat.StatUtils;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Span;
import org.clipjava.kernel.Workers;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;

/**
 * Where the time of an image tower's forward pass goes: the kernels in the engine's order, every layer with weights of
 * its own, as they come from memory in truth, and each operation timed. All layers are computed in full.
 */
final class ForwardProfile {
    private final ClipConfig config;
    private final Kernels kernels;
    private final Workers workers;
    private final LinearWeights patchEmbedding;
    private final List<Layer> layers = new ArrayList<>();
    private final LinearWeights projection;
    private final LayerNormWeights layerNorm;

    /** A layer's weights. */
    private record Layer(LinearWeights qkv, LinearWeights out, LinearWeights fc1, LinearWeights fc2) {}

    /** What is told apart. */
    enum Operation {
        PATCH_EMBEDDING,
        LAYER_NORM,
        QKV,
        ATTENTION,
        OUT,
        FC1,
        FC2,
        PROJECTION;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * Makes random weights.
     *
     * @param arena holds them
     */
    ForwardProfile(ClipConfig config, WeightType type, Kernels kernels, Workers workers, Arena arena) {
        this.config = config;
        this.kernels = kernels;
        this.workers = workers;
        TowerConfig tower = config.vision().tower();
        int width = tower.width();
        this.patchEmbedding =
                KernelCase.randomLinear(type, width, config.vision().patchValues(), arena, 5);
        for (int i = 0; i < tower.layers(); i++) {
            layers.add(new Layer(
                    KernelCase.randomLinear(type, 3 * width, width, arena, 5),
                    KernelCase.randomLinear(type, width, width, arena, 5),
                    KernelCase.randomLinear(type, tower.mlpWidth(), width, arena, 5),
                    KernelCase.randomLinear(type, width, tower.mlpWidth(), arena, 5)));
        }
        this.projection = KernelCase.randomLinear(type, config.embedDim(), width, arena, 5);
        this.layerNorm =
                new LayerNormWeights(KernelCase.random(width, 4), KernelCase.random(width, 1), tower.layerNormEps());
    }

    /** Median seconds a pass of each operation, over passes that take so many seconds after a warm-up as long. */
    Map<Operation, Double> measure(int batch, double seconds) {
        Pass pass = new Pass(batch);
        pass.repeat(seconds);
        List<Map<Operation, Double>> passes = pass.repeat(seconds);
        Map<Operation, Double> medians = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            double[] times =
                    passes.stream().mapToDouble(one -> one.get(operation)).toArray();
            medians.put(operation, StatUtils.percentile(times, 50));
        }
        return medians;
    }

    /** Operations that a pass takes, all layers in full. */
    Map<Operation, Double> flops(int batch) {
        TowerConfig tower = config.vision().tower();
        double rows = (double) batch * config.vision().tokens();
        double square = (double) tower.width() * tower.width();
        double mlp = 2 * rows * tower.width() * tower.mlpWidth() * tower.layers();
        KernelCase norm = new KernelCase.LayerNorm((int) rows, tower.width());
        KernelCase attention =
                new KernelCase.Attention(batch, config.vision().tokens(), tower.width(), tower.heads(), false);
        Map<Operation, Double> flops = new EnumMap<>(Operation.class);
        flops.put(
                Operation.PATCH_EMBEDDING,
                2.0
                        * batch
                        * KernelCase.patches(config.vision())
                        * config.vision().patchValues()
                        * tower.width());
        flops.put(Operation.LAYER_NORM, norm.flops() * (2 * tower.layers() + 1));
        flops.put(Operation.QKV, 6 * rows * square * tower.layers());
        flops.put(Operation.ATTENTION, attention.flops() * tower.layers());
        flops.put(Operation.OUT, 2 * rows * square * tower.layers());
        flops.put(Operation.FC1, mlp);
        flops.put(Operation.FC2, mlp);
        flops.put(Operation.PROJECTION, 2.0 * batch * tower.width() * config.embedDim());
        return flops;
    }

    private final class Pass {
        private final int rows;
        private final int width = config.vision().tower().width();
        private final int heads = config.vision().tower().heads();
        private final List<Span> spans;
        private final Activations patches;
        private final Activations embedded;
        private final Activations start;
        private final Activations x;
        private final Activations normed;
        private final Activations qkv;
        private final Activations mixed;
        private final Activations hidden;
        private final Activations pooled;
        private final Activations embeddings;
        private final Map<Operation, Double> times = new EnumMap<>(Operation.class);

        Pass(int batch) {
            this.spans = KernelCase.spans(batch, config.vision().tokens(), false);
            this.rows = batch * config.vision().tokens();
            int cells = batch * KernelCase.patches(config.vision());
            this.patches = KernelCase.randomActivations(cells, config.vision().patchValues(), 6);
            this.embedded = Activations.zeros(cells, width);
            this.start = KernelCase.randomActivations(rows, width, 7);
            this.x = Activations.zeros(rows, width);
            this.normed = Activations.zeros(rows, width);
            this.qkv = Activations.zeros(rows, 3 * width);
            this.mixed = Activations.zeros(rows, width);
            this.hidden = Activations.zeros(rows, config.vision().tower().mlpWidth());
            this.pooled = KernelCase.randomActivations(batch, width, 8);
            this.embeddings = Activations.zeros(batch, config.embedDim());
        }

        /** Passes for so many seconds, one at least: seconds of each operation, pass by pass. */
        List<Map<Operation, Double>> repeat(double seconds) {
            List<Map<Operation, Double>> passes = new ArrayList<>();
            long begin = System.nanoTime();
            do {
                run();
                passes.add(new EnumMap<>(times));
            } while ((System.nanoTime() - begin) * 1e-9 < seconds);
            return passes;
        }

        private void run() {
            Epilogue activation = KernelCase.activation(config.vision().tower());
            times.clear();
            linear(Operation.PATCH_EMBEDDING, patches, patchEmbedding, Epilogue.STORE, embedded);
            for (int row = 0; row < rows; row++) {
                x.copyRow(row, start, row); // so that values stay small over many passes
            }
            layerNorm(x);
            for (Layer layer : layers) {
                layerNorm(normed);
                linear(Operation.QKV, normed, layer.qkv(), Epilogue.STORE, qkv);
                long before = System.nanoTime();
                kernels.attention(qkv, qkv, heads, spans, mixed, workers);
                times.merge(Operation.ATTENTION, (System.nanoTime() - before) * 1e-9, Double::sum);
                linear(Operation.OUT, mixed, layer.out(), Epilogue.ADD, x);
                layerNorm(normed);
                linear(Operation.FC1, normed, layer.fc1(), activation, hidden);
                linear(Operation.FC2, hidden, layer.fc2(), Epilogue.ADD, x);
            }
            linear(Operation.PROJECTION, pooled, projection, Epilogue.STORE, embeddings);
        }

        private void layerNorm(Activations out) {
            long before = System.nanoTime();
            kernels.layerNorm(x, layerNorm, out, workers);
            times.merge(Operation.LAYER_NORM, (System.nanoTime() - before) * 1e-9, Double::sum);
        }

        private void linear(
                Operation operation, Activations in, LinearWeights layer, Epilogue epilogue, Activations out) {
            long before = System.nanoTime();
            kernels.linear(in, layer, epilogue, out, workers);
            times.merge(operation, (System.nanoTime() - before) * 1e-9, Double::sum);
        }
    }
}
