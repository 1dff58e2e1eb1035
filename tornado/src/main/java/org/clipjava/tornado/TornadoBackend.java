package org.clipjava.tornado;

import java.io.IOException;
import java.util.List;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.weights.StoredWeights;

/**
 * The backend {@code tornado}: encoders on TornadoVM's default device. This class loads, and says what is missing, where
 * TornadoVM is not there.
 */
public final class TornadoBackend implements EncoderBackend {
    private static final String API = "uk.ac.manchester.tornado.api.TaskGraph";

    /** Set by TornadoVM's own argument file, without which its runtime does not start. */
    private static final String RUNTIME = "tornado.load.runtime.implementation";

    private static final String BAILOUT = "tornado.recover.bailout";
    private static final String BYTECODE_SIZE = "tornado.tvm.maxbytecodesize";

    /** For {@link java.util.ServiceLoader}. */
    public TornadoBackend() {}

    @Override
    public String name() {
        return "tornado";
    }

    @Override
    public Availability availability() {
        try {
            Class.forName(API, false, TornadoBackend.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return new Availability.Missing(
                    "TornadoVM is not on the class or module path; start Java with @$TORNADOVM_HOME/tornado-argfile (docs/gpu.md)");
        }
        if (System.getProperty(RUNTIME) == null) {
            return new Availability.Missing(
                    "TornadoVM's runtime is not loaded; start Java with @$TORNADOVM_HOME/tornado-argfile (docs/gpu.md)");
        }
        if (Boolean.parseBoolean(System.getProperty(BAILOUT))) {
            return new Availability.Missing(
                    "-D" + BAILOUT
                            + "=True lets TornadoVM run on the CPU, sequentially, where a kernel does not compile; leave it out");
        }
        // both are read when TornadoVM's classes are initialised, which is below
        System.setProperty(BAILOUT, "False");
        if (System.getProperty(BYTECODE_SIZE) == null) {
            System.setProperty(BYTECODE_SIZE, Integer.toString(1 << 20));
        }
        return devices();
    }

    private static Availability devices() {
        try {
            List<String> devices = Devices.all();
            return devices.isEmpty()
                    ? new Availability.Missing(
                            "TornadoVM finds no device; is a driver installed that clinfo or nvidia-smi lists? (docs/gpu.md)")
                    : new Availability.Ready(devices);
        } catch (RuntimeException | LinkageError e) {
            // whatever keeps TornadoVM from starting: no driver, no backend, an argument file of another version
            return new Availability.Missing("TornadoVM does not start: " + e);
        }
    }

    private static boolean isClip(ClipConfig config) {
        return (!config.hasVision() || isClip(config.vision())) && (!config.hasText() || isClip(config.text()));
    }

    private static boolean isClip(VisionConfig vision) {
        return vision.classToken()
                && vision.lnPre()
                && !vision.anyShape()
                && vision.stem().isEmpty()
                && vision.rotary().isEmpty()
                && !vision.patchBias()
                && vision.pool() instanceof ImagePool.ClassToken
                && vision.projection() != Projection.NONE
                && vision.tower().activation() != Activation.GELU_TANH;
    }

    private static boolean isClip(TextConfig text) {
        return text.mask() == TextMask.CAUSAL
                && text.pool() instanceof TextPool.FirstOf
                && text.maskedToken().isEmpty()
                && !text.lnPre()
                && text.lnFinal()
                && text.projection() != Projection.NONE
                && text.projection() != Projection.MLP
                && text.tower().activation() != Activation.GELU_TANH;
    }

    @Override
    public Encoders open(StoredWeights weights) throws IOException {
        if (availability() instanceof Availability.Missing missing) {
            throw new BackendUnavailableException("backend tornado: " + missing.what());
        }
        if (!isClip(weights.config())) {
            throw new BackendUnavailableException(
                    "backend tornado: expected the parts that CLIP's towers have (docs/gpu.md), found others; use the backend cpu");
        }
        String device = Devices.all().getFirst();
        try {
            return DeviceEncoders.open("tornado, " + device, weights, DeviceProgram::new);
        } catch (RuntimeException e) {
            // TornadoVM's own: a kernel that does not compile, or too little memory
            throw new BackendUnavailableException(
                    "backend tornado: this model can't run on " + device + ": " + e.getMessage()
                            + "; if it is memory, allow more with -Dtornado.device.memory=8GB",
                    e);
        }
    }
}
