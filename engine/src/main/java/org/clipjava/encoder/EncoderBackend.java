package org.clipjava.encoder;

import java.io.IOException;
import org.clipjava.weights.StoredWeights;

/**
 * Something that runs whole encoders: the CPU, a GPU, another machine. A service: providers on the class or module path are
 * found by {@link java.util.ServiceLoader} and chosen by name. A provider's class must load, and say what is missing, where
 * what it builds on is not there. Implementations are thread-safe.
 */
public interface EncoderBackend {

    /** As {@code --backend} and {@code -Dclip.backend} name it: one lower-case word. */
    String name();

    /** What it would run on, or what is missing. */
    Availability availability();

    /**
     * Brings the weights to where they are used. They may be read until this returns; what is needed longer is the encoders'
     * own.
     *
     * @return encoders of the towers that {@code weights} hold
     * @throws IOException if the weights can't be read or are not finite
     * @throws org.clipjava.error.BackendUnavailableException if something is missing, or the model is none that this backend can run; the
     *     message says what, in one line
     */
    Encoders open(StoredWeights weights) throws IOException;
}
