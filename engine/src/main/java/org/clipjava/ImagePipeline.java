package org.clipjava;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImageFailure;
import org.clipjava.image.ImageFormatException;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;

/**
 * Pictures decoded and preprocessed on threads of their own ahead of being asked for, handed out in the order of their sources,
 * so that decoding and encoding overlap. The first are decoded while the model that knows how to preprocess is still being opened.
 *
 * <pre>{@code
 * try (ImagePipeline<ImageSource> pictures = ImagePipeline.start(sources.iterator(), ImageDecoder.standard(), 2, 32);
 *         Clip clip = Clip.open(model)) {
 *     pictures.preprocessWith(clip.preprocessor());
 *     for (var batch = pictures.nextFull(); !batch.isEmpty(); batch = pictures.nextFull()) {
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>What is ahead is bounded twice: pictures that are ready are two batches and small ({@link PixelTensor}s), and those that are
 * being made ready have no more than 2^25 pixels together, unless one alone has more. Sources are taken as late as that allows. Of a
 * file that waits for its turn the beginning is read, as far as it has to be to know its size.
 *
 * <p>For one caller: its methods are not to be called by several threads at once.
 *
 * @param <S> the sources, which come out again with what they gave
 */
public final class ImagePipeline<S extends ImageSource> implements AutoCloseable {
    /** Decoded pictures need some seven bytes a pixel. */
    private static final long PIXELS_AT_ONCE = 32L << 20;

    private static final int PIXELS_PER_PERMIT = 1024;
    private static final int PERMITS = (int) (PIXELS_AT_ONCE / PIXELS_PER_PERMIT);
    private static final long SECONDS_TO_END = 2;

    private final Iterator<? extends S> rest;
    private final ImageDecoder decoder;
    private final int batch;

    private boolean begun;

    /** One that was taken may never come. */
    private boolean mayNeverEnd;

    private final ExecutorService decoders;
    private final Deque<Future<Prepared<S>>> ahead = new ArrayDeque<>();
    private final CompletableFuture<ImagePreprocessor> preprocessor = new CompletableFuture<>();

    private final Semaphore pixels = new Semaphore(PERMITS, true);

    /** Done when all pictures of {@link #ahead} have had their turn to get permits. */
    private CompletableFuture<Void> admitted = CompletableFuture.completedFuture(null);

    /** A picture that was read, or why it can't be. */
    public sealed interface Prepared<S extends ImageSource> {
        /** The picture that was to be read. */
        S source();

        /** What the image tower reads, [3, S, S]. */
        record Pixels<S extends ImageSource>(S source, PixelTensor tensor) implements Prepared<S> {}

        /** The cause's message may begin with the source's name. */
        record Unreadable<S extends ImageSource>(S source, IOException cause) implements Prepared<S> {
            /** Why it can't be read: one line, without the source's name. */
            public String reason() {
                return ImageFailure.reason(cause, source.name());
            }
        }
    }

    /**
     * Begins with the first pictures.
     *
     * @param sources asked for the next one by the thread that calls {@link #next}; what it throws is thrown there
     * @param threads how many may be decoded at once
     * @param batch most pictures that are handed out together; twice as many are prepared ahead
     */
    public static <S extends ImageSource> ImagePipeline<S> start(
            Iterator<? extends S> sources, ImageDecoder decoder, int threads, int batch) {
        ImagePipeline<S> pipeline = new ImagePipeline<>(sources, decoder, threads, batch);
        try {
            pipeline.fill();
        } catch (Throwable e) {
            pipeline.close();
            throw e;
        }
        return pipeline;
    }

    private ImagePipeline(Iterator<? extends S> sources, ImageDecoder decoder, int threads, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("expected batches of at least one picture, found " + batch);
        }
        this.rest = sources;
        this.decoder = decoder;
        this.batch = batch;
        AtomicInteger count = new AtomicInteger();
        this.decoders = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "clip-decoder-" + count.incrementAndGet());
            thread.setDaemon(true); // it may be waiting for a stdin that never comes
            return thread;
        });
    }

    /** What the pictures are waiting for; to be called before {@link #next}. */
    public void preprocessWith(ImagePreprocessor known) {
        preprocessor.complete(known);
    }

    /**
     * The next picture, waited for, and those right behind it that are ready by then, at most a batch; empty when there are no
     * more. None waits for another.
     */
    public List<Prepared<S>> next() throws InterruptedException {
        return next(Future::isDone);
    }

    /** The next batch, waited for, smaller only at the end; empty when there are no more. */
    public List<Prepared<S>> nextFull() throws InterruptedException {
        return next(picture -> true);
    }

    private List<Prepared<S>> next(Predicate<Future<Prepared<S>>> joins) throws InterruptedException {
        List<Prepared<S>> together = new ArrayList<>();
        while (!ahead.isEmpty() && together.size() < batch && (together.isEmpty() || joins.test(ahead.getFirst()))) {
            Future<Prepared<S>> picture = ahead.getFirst();
            if (!together.isEmpty() && hasThrown(picture)) {
                return together; // and next time it throws
            }
            ahead.removeFirst();
            try {
                together.add(result(picture));
            } finally {
                fill(); // whoever goes on behind a source that throws gets those after it
            }
        }
        return together;
    }

    /** Waits for a picture. */
    private static boolean hasThrown(Future<?> picture) throws InterruptedException {
        try {
            picture.get();
            return false;
        } catch (ExecutionException e) {
            return true; // its cause is thrown when its turn comes
        }
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (Objects.requireNonNullElse(e.getCause(), e)) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void fill() {
        while (ahead.size() < 2 * batch && rest.hasNext()) {
            S source = rest.next();
            boolean alone = !begun && !rest.hasNext(); // and no need to ask how large it is
            begun = true;
            mayNeverEnd |= source.mayNeverCome();
            CompletableFuture<Void> before = admitted;
            CompletableFuture<Void> turn = new CompletableFuture<>();
            admitted = CompletableFuture.allOf(before, turn);
            ahead.add(decoders.submit(() -> prepare(source, alone, before, turn)));
        }
    }

    private Prepared<S> prepare(S source, boolean alone, CompletableFuture<Void> before, CompletableFuture<Void> turn)
            throws InterruptedException, ExecutionException {
        try (EncodedImage opened = source.open()) {
            int permits = alone ? PERMITS : permits(opened);
            // In the order of the sources, so that the picture that is waited for is never held up by one behind it.
            before.get();
            pixels.acquire(permits);
            turn.complete(null);
            try {
                return new Prepared.Pixels<>(source, source.decodePixels(opened, decoder, preprocessor));
            } finally {
                pixels.release(permits);
            }
        } catch (IOException e) {
            return new Prepared.Unreadable<>(source, e);
        } catch (OutOfMemoryError | StackOverflowError e) {
            // Of a decoder that is not this engine's.
            return new Prepared.Unreadable<>(
                    source,
                    new ImageFormatException(
                            source.name() + ": too little memory to decode it; allow Java more with -Xmx", e));
        } finally {
            turn.complete(null); // also of a picture that can't be opened
        }
    }

    private static int permits(EncodedImage image) {
        return Math.clamp(image.pixels().orElse(Long.MAX_VALUE) / PIXELS_PER_PERMIT, 1, PERMITS);
    }

    /** Ends the threads; of what was not asked for nothing is kept. */
    @Override
    public void close() {
        decoders.shutdownNow();
        if (mayNeverEnd) {
            return; // that thread can't be woken, and ends with the process
        }
        try {
            // A decoder can't be interrupted, but is soon done; a named pipe may never be.
            if (!decoders.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
                System.getLogger(ImagePipeline.class.getName())
                        .log(System.Logger.Level.DEBUG, "left a decoder to end with the process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
