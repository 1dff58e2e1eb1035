package org.clipjava.model;

import java.lang.foreign.Arena;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.Activation;
import org.clipjava.weights.BlockWeights;

/** Two linear layers with the activation between them. */
record Mlp(Linear fc1, Epilogue activation, Linear fc2) {

    static Mlp of(Kernels kernels, BlockWeights weights, Activation activation, Arena arena) {
        Epilogue epilogue = switch (activation) {
            case QUICK_GELU -> Epilogue.QUICK_GELU;
            case GELU -> Epilogue.GELU;
        };
        return new Mlp(Linear.of(kernels, weights.fc1(), arena), epilogue, Linear.of(kernels, weights.fc2(), arena));
    }

    /** Adds the MLP of {@code x}, [M, W], to {@code sum}, [M, W]. */
    void addTo(float[] sum, float[] x, int rows, Workspace work) {
        float[] hidden = work.get(Buffer.HIDDEN, rows * fc1.outputs());
        fc1.forward(x, rows, activation, hidden, work.workers());
        fc2.forward(hidden, rows, Epilogue.ADD, sum, work.workers());
    }
}
