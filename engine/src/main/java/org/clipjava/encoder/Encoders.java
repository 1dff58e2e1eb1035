package org.clipjava.encoder;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.clipjava.config.PatchMethod;
import org.clipjava.image.PixelTensor;

/**
 * The encoders of one open model, and what they hold: memory, threads, a device. Thread-safe. {@link #close} waits for calls
 * that are under way; calls made afterwards are an {@link IllegalStateException}.
 */
public final class Encoders implements AutoCloseable {
    private final String description;
    private final Optional<ImageEncoder> image;
    private final Optional<TextEncoder> text;
    private final Runnable release;
    private final Executor threads;
    private final ReadWriteLock closing = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * Encoders that are ready.
     *
     * @param description what runs them, for people: {@code vector, 512 bits}
     * @param image if its weights were wanted
     * @param text if its weights were wanted
     * @param release gives back what both hold; called once, when no call is under way
     */
    public Encoders(String description, Optional<ImageEncoder> image, Optional<TextEncoder> text, Runnable release) {
        this(description, image, text, release, Runnable::run);
    }

    /**
     * Encoders that are ready.
     *
     * @param description what runs them, for people: {@code vector, 512 bits}
     * @param image if its weights were wanted
     * @param text if its weights were wanted
     * @param release gives back what both hold; called once, when no call is under way
     * @param threads that are idle while nothing is encoded; may refuse
     */
    public Encoders(
            String description,
            Optional<ImageEncoder> image,
            Optional<TextEncoder> text,
            Runnable release,
            Executor threads) {
        this.description = description;
        this.threads = threads;
        this.image = image.map(Guarded::new);
        this.text = text.map(encoder -> texts -> whileOpen(() -> encoder.encode(texts)));
        this.release = release;
    }

    /** What runs them, for people: {@code vector, 512 bits}. */
    public String description() {
        return description;
    }

    /** Runs what may be done on threads that are idle while nothing is encoded, or on the caller's; refuses once closed. */
    public Executor threads() {
        return threads;
    }

    /** Empty if the image tower was not loaded. */
    public Optional<ImageEncoder> image() {
        return image;
    }

    /** Empty if the text tower was not loaded. */
    public Optional<TextEncoder> text() {
        return text;
    }

    /** Closing again does nothing. */
    @Override
    public void close() {
        Lock lock = closing.writeLock();
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                release.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private final class Guarded implements ImageEncoder {
        private final ImageEncoder encoder;

        Guarded(ImageEncoder encoder) {
            this.encoder = encoder;
        }

        @Override
        public float[][] encode(List<PixelTensor> pictures) {
            return whileOpen(() -> encoder.encode(pictures));
        }

        @Override
        public List<PatchStates> encodePatches(List<PixelTensor> pictures, PatchMethod method) {
            return whileOpen(() -> encoder.encodePatches(pictures, method));
        }
    }

    private <T> T whileOpen(Supplier<T> call) {
        Lock lock = closing.readLock();
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this model is closed");
            }
            return call.get();
        } finally {
            lock.unlock();
        }
    }
}
