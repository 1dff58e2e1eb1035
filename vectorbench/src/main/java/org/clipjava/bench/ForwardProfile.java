package org.clipjava.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.stat.StatUtils;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.PackedMatrix;
import org.clipjava.kernel.Sequences;
import org.clipjava.kernel.Workers;
import org.clipjava.weights.ClipConfig;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.TowerConfig;
import org.clipjava.weights.WeightType;

/**
 * Where the time of an image tower's forward pass goes: the kernels in the engine's order, every layer with weights of
 * its own, as they come from memory in truth, and each operation timed. All layers are computed in full.
 */
final class ForwardProfile {
    private final ClipConfig config;
    private final Kernels kernels;
    private final Workers workers;
    private final PackedMatrix patchEmbedding;
    private final List<Layer> layers = new ArrayList<>();
    private final PackedMatrix projection;
    private final LayerNormWeights layerNorm;
    private final float[] widthBias;
    private final float[] qkvBias;
    private final float[] mlpBias;

    /** A layer's weights. */
    private record Layer(PackedMatrix qkv, PackedMatrix out, PackedMatrix fc1, PackedMatrix fc2) {}

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
     * Makes random weights, packed.
     *
     * @param arena holds them
     */
    ForwardProfile(ClipConfig config, WeightType type, Kernels kernels, Workers workers, Arena arena) {
        this.config = config;
        this.kernels = kernels;
        this.workers = workers;
        TowerConfig tower = config.vision().tower();
        int width = tower.width();
        this.patchEmbedding = pack(type, width, config.vision().patchValues(), arena);
        for (int i = 0; i < tower.layers(); i++) {
            layers.add(new Layer(
                    pack(type, 3 * width, width, arena),
                    pack(type, width, width, arena),
                    pack(type, tower.mlpWidth(), width, arena),
                    pack(type, width, tower.mlpWidth(), arena)));
        }
        this.projection = pack(type, config.projection(), width, arena);
        this.widthBias = KernelCase.random(width, 1);
        this.qkvBias = KernelCase.random(3 * width, 2);
        this.mlpBias = KernelCase.random(tower.mlpWidth(), 3);
        this.layerNorm = new LayerNormWeights(KernelCase.random(width, 4), widthBias, config.layerNormEps());
    }

    private PackedMatrix pack(WeightType type, int outputs, int inputs, Arena arena) {
        try (Arena unpacked = Arena.ofConfined()) {
            return kernels.pack(KernelCase.randomMatrix(type, outputs, inputs, unpacked, 5), arena);
        }
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
                2.0 * (rows - batch) * config.vision().patchValues() * tower.width());
        flops.put(Operation.LAYER_NORM, norm.flops() * (2 * tower.layers() + 1));
        flops.put(Operation.QKV, 6 * rows * square * tower.layers());
        flops.put(Operation.ATTENTION, attention.flops() * tower.layers());
        flops.put(Operation.OUT, 2 * rows * square * tower.layers());
        flops.put(Operation.FC1, mlp);
        flops.put(Operation.FC2, mlp);
        flops.put(Operation.PROJECTION, 2.0 * batch * tower.width() * config.projection());
        return flops;
    }

    private final class Pass {
        private final int batch;
        private final int rows;
        private final int width = config.vision().tower().width();
        private final int heads = config.vision().tower().heads();
        private final Sequences sequences;
        private final float[] patches;
        private final float[] start;
        private final float[] x;
        private final float[] normed;
        private final float[] qkv;
        private final float[] mixed;
        private final float[] hidden;
        private final float[] embeddings;
        private final Map<Operation, Double> times = new EnumMap<>(Operation.class);

        Pass(int batch) {
            this.batch = batch;
            this.sequences = Sequences.uniform(batch, config.vision().tokens());
            this.rows = sequences.rows();
            this.patches = KernelCase.random((rows - batch) * config.vision().patchValues(), 6);
            this.start = KernelCase.random(rows * width, 7);
            this.x = new float[rows * width];
            this.normed = new float[rows * width];
            this.qkv = new float[rows * 3 * width];
            this.mixed = new float[rows * width];
            this.hidden = new float[rows * config.vision().tower().mlpWidth()];
            this.embeddings = new float[batch * config.projection()];
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
            Epilogue activation = KernelCase.activation(config);
            times.clear();
            linear(
                    Operation.PATCH_EMBEDDING,
                    patches,
                    rows - batch,
                    patchEmbedding,
                    new float[0],
                    Epilogue.STORE,
                    mixed);
            System.arraycopy(start, 0, x, 0, x.length); // so that values stay small over many passes
            layerNorm(x);
            for (Layer layer : layers) {
                layerNorm(normed);
                linear(Operation.QKV, normed, rows, layer.qkv(), qkvBias, Epilogue.STORE, qkv);
                long before = System.nanoTime();
                kernels.attention(qkv, width, sequences, heads, false, mixed, workers);
                times.merge(Operation.ATTENTION, (System.nanoTime() - before) * 1e-9, Double::sum);
                linear(Operation.OUT, mixed, rows, layer.out(), widthBias, Epilogue.ADD, x);
                layerNorm(normed);
                linear(Operation.FC1, normed, rows, layer.fc1(), mlpBias, activation, hidden);
                linear(Operation.FC2, hidden, rows, layer.fc2(), widthBias, Epilogue.ADD, x);
            }
            linear(Operation.PROJECTION, normed, batch, projection, new float[0], Epilogue.STORE, embeddings);
        }

        private void layerNorm(float[] out) {
            long before = System.nanoTime();
            kernels.layerNorm(x, rows, layerNorm, out, workers);
            times.merge(Operation.LAYER_NORM, (System.nanoTime() - before) * 1e-9, Double::sum);
        }

        private void linear(
                Operation operation,
                float[] in,
                int count,
                PackedMatrix weight,
                float[] bias,
                Epilogue epilogue,
                float[] out) {
            long before = System.nanoTime();
            kernels.linear(in, count, weight, bias, epilogue, out, workers);
            times.merge(operation, (System.nanoTime() - before) * 1e-9, Double::sum);
        }
    }
}
