package org.clipjava.model;

import org.clipjava.config.Activation;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LinearWeights;

/**
 * Two linear layers with the activation between them.
 *
 * @param fc1 [F, W]
 * @param fc2 [W, F]
 */
record Mlp(Kernels kernels, LinearWeights fc1, Activation activation, LinearWeights fc2) {

    /** Adds the MLP of {@code x}, [M, W], to {@code sum}, [M, W]. */
    void addTo(Activations sum, Activations x, Workspace work) {
        Activations hidden = work.get(Buffer.HIDDEN, x.rows(), fc1.weight().outputs());
        Epilogue epilogue = switch (activation) {
            case QUICK_GELU -> Epilogue.QUICK_GELU;
            case GELU -> Epilogue.GELU;
            case GELU_TANH -> Epilogue.GELU_TANH;
        };
        kernels.linear(x, fc1, epilogue, hidden, work.workers());
        kernels.linear(hidden, fc2, Epilogue.ADD, sum, work.workers());
    }
}
