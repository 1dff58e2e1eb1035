package org.clipjava.cli;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;

/**
 * The pictures of a command, decoded and preprocessed on threads of their own ahead of being asked for, handed out in the order
 * of the inputs. The first is decoded while the model that knows how to preprocess is still being opened.
 *
 * <p>What is ahead is bounded twice: pictures that are ready are few and small ({@link PixelTensor}s), and those that are
 * being made ready have no more than {@link #PIXELS_AT_ONCE} pixels together, unless one alone has more.
 */
final class PreparedImages implements AutoCloseable {
    /** Most pictures that {@link #next} returns: enough to keep a multiply busy, and few enough to be shown soon. */
    static final int BATCH = 8;

    /** One batch being encoded, one being made ready. */
    static final int AHEAD = 2 * BATCH;

    /** Decoded pictures need some seven bytes a pixel. */
    static final long PIXELS_AT_ONCE = 32L << 20;

    private static final int PIXELS_PER_PERMIT = 1024;
    private static final int PERMITS = (int) (PIXELS_AT_ONCE / PIXELS_PER_PERMIT);
    private static final long SECONDS_TO_END = 2;

    private final Iterator<ImageInput> rest;
    private final ImageDecoder decoder;
    private final boolean readsStdin;

    /** There is but one picture, and no need to ask how large it is. */
    private final boolean alone;

    private final ExecutorService decoders;
    private final Deque<Future<Prepared>> ahead = new ArrayDeque<>();
    private final CompletableFuture<ImagePreprocessor> preprocessor = new CompletableFuture<>();

    private final Semaphore pixels = new Semaphore(PERMITS, true);

    /** Done when the last picture of {@link #ahead} has its permits. */
    private CompletableFuture<Void> admitted = CompletableFuture.completedFuture(null);

    /** A picture that was read, or why it can't be. */
    sealed interface Prepared {
        ImageInput input();

        /** What the image tower reads. */
        record Pixels(ImageInput input, PixelTensor tensor) implements Prepared {}

        /** The reason is one line and does not repeat the input's name. */
        record Unreadable(ImageInput input, String reason) implements Prepared {}
    }

    /**
     * Begins with the first pictures.
     *
     * @param threads how many may be decoded at once
     */
    static PreparedImages start(List<ImageInput> inputs, ImageDecoder decoder, int threads) {
        PreparedImages images = new PreparedImages(inputs, decoder, threads);
        images.fill();
        return images;
    }

    private PreparedImages(List<ImageInput> inputs, ImageDecoder decoder, int threads) {
        this.rest = inputs.iterator();
        this.decoder = decoder;
        this.readsStdin = inputs.stream().anyMatch(ImageInput.Stdin.class::isInstance);
        this.alone = inputs.size() == 1;
        AtomicInteger count = new AtomicInteger();
        this.decoders = Executors.newFixedThreadPool(Math.clamp(inputs.size(), 1, threads), task -> {
            Thread thread = new Thread(task, "clip-decoder-" + count.incrementAndGet());
            thread.setDaemon(true); // it may be waiting for a stdin that never comes
            return thread;
        });
    }

    /** What the pictures are waiting for; to be called before {@link #next}. */
    void preprocessWith(ImagePreprocessor known) {
        preprocessor.complete(known);
    }

    /**
     * The next picture, waited for, and those right behind it that are ready by then, at most {@link #BATCH}; empty when there
     * are no more.
     */
    List<Prepared> next() throws InterruptedException {
        List<Prepared> batch = new ArrayList<>();
        while (!ahead.isEmpty()
                && batch.size() < BATCH
                && (batch.isEmpty() || ahead.getFirst().isDone())) {
            batch.add(result(ahead.removeFirst()));
            fill();
        }
        return batch;
    }

    private static Prepared result(Future<Prepared> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void fill() {
        while (ahead.size() < AHEAD && rest.hasNext()) {
            ImageInput input = rest.next();
            CompletableFuture<Void> before = admitted;
            CompletableFuture<Void> after = new CompletableFuture<>();
            admitted = after;
            ahead.add(decoders.submit(() -> prepare(input, before, after)));
        }
    }

    private Prepared prepare(ImageInput input, CompletableFuture<Void> before, CompletableFuture<Void> after)
            throws InterruptedException, ExecutionException {
        int permits = permits(input);
        try {
            // In the order of the inputs, so that the picture that is waited for is never held up by one behind it.
            before.get();
            pixels.acquire(permits);
        } finally {
            after.complete(null);
        }
        try {
            return new Prepared.Pixels(
                    input,
                    preprocessor.isDone()
                            ? input.decodePixels(decoder, preprocessor.get())
                            : preprocessLater(input.decode(decoder)));
        } catch (IOException e) {
            return new Prepared.Unreadable(input, Reason.of(e, input.name()));
        } finally {
            pixels.release(permits);
        }
    }

    private PixelTensor preprocessLater(RgbImage image) throws InterruptedException, ExecutionException {
        return preprocessor.get().preprocess(image);
    }

    private int permits(ImageInput input) {
        return alone ? PERMITS : Math.clamp(input.pixels() / PIXELS_PER_PERMIT, 1, PERMITS);
    }

    /** Ends the threads; of what was not asked for nothing is kept. */
    @Override
    public void close() {
        decoders.shutdownNow();
        if (readsStdin) {
            return; // that thread can't be woken, and ends with the process
        }
        try {
            // A decoder can't be interrupted, but is soon done; a named pipe may never be.
            if (!decoders.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
                System.getLogger(PreparedImages.class.getName())
                        .log(System.Logger.Level.DEBUG, "left a decoder to end with the process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
