package org.clipjava.server.work;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.clipjava.Clip;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImageFormatException;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.server.metrics.Metrics;

/** Threads that decode pictures; the pixels of all that are being decoded at once are bounded. */
final class PictureDecoders implements AutoCloseable {
    private static final int PIXELS_A_PERMIT = 1024;

    private final ThreadPoolExecutor threads;
    private final Semaphore permits;
    private final int allPermits;
    private final long largest;
    private final Metrics metrics;

    /**
     * Decoders.
     *
     * @param count of threads
     * @param pixelsInFlight of all pictures that are being decoded; one larger picture waits until it is alone
     * @param largest pixels of one picture
     */
    PictureDecoders(int count, long pixelsInFlight, long largest, Metrics metrics) {
        this.threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("clip-server-decoder-", 0).daemon().factory());
        this.allPermits = Math.clamp(pixelsInFlight / PIXELS_A_PERMIT, 1, Integer.MAX_VALUE);
        this.permits = new Semaphore(allPermits, true);
        this.largest = largest;
        this.metrics = metrics;
    }

    double pixelsInFlight() {
        return (double) (allPermits - permits.availablePermits()) * PIXELS_A_PERMIT;
    }

    /**
     * What is made of an encoded picture.
     *
     * @param <D> what is kept of it
     */
    interface Decoding<D> {
        D of(EncodedImage image) throws IOException;
    }

    /** To the pixels of a model's picture. */
    Decoding<PixelTensor> pixels(Picture picture, Clip clip) {
        ImageDecoder decoder = clip.imageDecoder();
        ImagePreprocessor preprocessor = clip.preprocessor();
        return image -> {
            if (picture.asksForSize()) {
                RgbImage decoded = decoder.decodeFor(image, preprocessor);
                picture.hasSize(image.sizeBeforeDraft()
                        .map(size -> new Picture.Size(size.width(), size.height()))
                        .orElseGet(() -> new Picture.Size(decoded.width(), decoded.height())));
                return preprocessor.preprocess(decoded);
            }
            return decoder.decodePixels(image, CompletableFuture.completedFuture(preprocessor), idle());
        };
    }

    /** Who helps with a picture: those who have none themselves. */
    private Executor idle() {
        return threads.getActiveCount() < threads.getMaximumPoolSize() ? threads : Runnable::run;
    }

    /** Decodes a picture, unless nobody waits for it when its turn has come; failures are the job's. */
    <D> void decode(Job<?> job, Picture picture, Decoding<D> decoding, Consumer<D> next) {
        threads.execute(() -> {
            if (job.isDone()) {
                metrics.inputDropped();
                return;
            }
            try {
                next.accept(decode(picture, decoding));
            } catch (IOException | RuntimeException | Error e) {
                job.result().completeExceptionally(e);
            }
        });
    }

    private <D> D decode(Picture picture, Decoding<D> decoding) throws IOException {
        try (EncodedImage image = EncodedImage.of(picture.encoded(), picture.name())) {
            // Where the beginning does not tell the size, it may be any.
            long pixels = image.pixels().orElse(largest);
            if (pixels > largest) {
                throw new ImageFormatException(
                        picture.name() + ": expected at most " + largest + " pixels, found " + pixels);
            }
            int held = Math.clamp(pixels / PIXELS_A_PERMIT + 1, 1, allPermits);
            permits.acquireUninterruptibly(held);
            try {
                long start = System.nanoTime();
                D decoded = decoding.of(image);
                metrics.decoded(Duration.ofNanos(System.nanoTime() - start));
                return decoded;
            } finally {
                permits.release(held);
            }
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
