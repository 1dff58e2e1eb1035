package org.clipjava.server.work;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.Tower;
import org.clipjava.encoder.PatchStates;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.metrics.Metrics;
import org.clipjava.text.TokenSequence;

/**
 * All that is computed: texts and pictures go in, embeddings come out. Nothing is delayed on purpose, and nothing is computed that nobody
 * waits for any more. Thread-safe.
 */
public final class Work implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Work.class.getName());

    private static final int TEXTS_REMEMBERED = 4096;

    /** A lane that has not encoded anything for so long is tried by those who ask for its health. */
    private static final Duration TRUSTED = Duration.ofSeconds(10);

    private static final Duration TRIAL = Duration.ofSeconds(5);

    /** The first encoding runs code that is not compiled yet. */
    private static final Duration FIRST_TRIAL = Duration.ofMinutes(2);

    private static final long LONGEST_WAIT_SECONDS = 30;

    private final EncoderThread encoder = new EncoderThread();
    private final PictureDecoders decoders;
    private final TextCache cache;
    private final Metrics metrics;
    private final int queue;
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<ServedModel> models = new CopyOnWriteArrayList<>();
    private double secondsAnInput = 0.05;

    /**
     * Limits of all that is computed at once.
     *
     * @param queue inputs that may wait; a request that comes when there are as many is refused
     * @param decoderThreads that decode pictures
     * @param pixelsInFlight of all pictures that are being decoded
     * @param largestPicture in pixels
     */
    public Work(int queue, int decoderThreads, long pixelsInFlight, long largestPicture, Metrics metrics) {
        this.queue = queue;
        this.metrics = metrics;
        this.decoders = new PictureDecoders(decoderThreads, pixelsInFlight, largestPicture, metrics);
        this.cache = new TextCache(TEXTS_REMEMBERED, metrics);
        metrics.gauge("clip_waiting_inputs", "Inputs that are not encoded yet.", waiting::get);
        metrics.gauge(
                "clip_decoding_pixels",
                "Pixels of the pictures that are being decoded, rounded up.",
                decoders::pixelsInFlight);
    }

    /** Takes a model in; it is closed with this. */
    public ServedModel add(String name, Clip clip) {
        ServedModel model = new ServedModel(name, clip, metrics);
        models.add(model);
        model.lanes().forEach(encoder::add);
        return model;
    }

    /**
     * Whether a request may come in.
     *
     * @throws ApiException 429 if too much waits already
     */
    public void checkRoom() {
        int now = waiting.get();
        if (now >= queue) {
            long seconds = Math.clamp((long) Math.ceil(seconds(now)), 1, LONGEST_WAIT_SECONDS);
            throw ApiException.overloaded(
                    now + " inputs wait already, and " + queue + " may; try again in " + seconds + " s",
                    Duration.ofSeconds(seconds));
        }
    }

    public Ticket<Embedding> text(ServedModel model, TokenSequence tokens) {
        return Ticket.of(cache.get(model.name(), tokens, () -> {
            Job<Embedding> job = newJob();
            encoder.put(model.texts(), job, tokens);
            return job;
        }));
    }

    public Ticket<Embedding> picture(ServedModel model, Picture picture) {
        Job<Embedding> job = newJob();
        decoders.decode(
                job,
                picture,
                decoders.pixels(picture, model.clip()),
                pixels -> encoder.put(model.pictures(), job, pixels));
        return Ticket.of(job);
    }

    /** Pixels of a model's picture, which may be a part of a larger one. */
    public Ticket<Embedding> pixels(ServedModel model, PixelTensor pixels) {
        Job<Embedding> job = newJob();
        encoder.put(model.pictures(), job, pixels);
        return Ticket.of(job);
    }

    /** A pass over a picture or a part of one, for its patches. */
    public Ticket<PatchStates> patches(ServedModel model, Supplier<PatchStates> pass) {
        Job<PatchStates> job = newJob();
        encoder.put(model.patches(), job, pass);
        return Ticket.of(job);
    }

    /** A picture alone; what is made of it is to be small, for the memory of no more than one picture a decoder is bounded. */
    public <D> Ticket<D> decoded(Picture picture, Function<RgbImage, D> made) {
        Job<D> job = newJob();
        decoders.decode(
                job,
                picture,
                image -> made.apply(ImageDecoder.standard().decode(image)),
                decoded -> job.result().complete(decoded));
        return Ticket.of(job);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends as the result does
    private <T> Job<T> newJob() {
        Job<T> job = new Job<>();
        int ahead = waiting.incrementAndGet();
        long start = System.nanoTime();
        job.result().whenComplete((done, failure) -> {
            waiting.decrementAndGet();
            if (failure == null) {
                took((System.nanoTime() - start) / 1e9 / ahead);
            }
        });
        return job;
    }

    /** As many as were ahead took so long; roughly, and newer ones count more. */
    private synchronized void took(double seconds) {
        secondsAnInput += 0.05 * (seconds - secondsAnInput);
    }

    private synchronized double seconds(int inputs) {
        return inputs * secondsAnInput;
    }

    /** Whether every encoder can do its work, as a first trial shows, or a request that has come before it. */
    public boolean isFit() {
        return models.stream().allMatch(model -> isFit(model, FIRST_TRIAL));
    }

    /** Whether every encoder did its work lately, or does it now. */
    public boolean isHealthy() {
        return encoder.isAlive() && models.stream().allMatch(model -> isFit(model, TRIAL));
    }

    private boolean isFit(ServedModel model, Duration allowed) {
        Clip clip = model.clip();
        return (!clip.has(Tower.TEXT)
                        || model.texts().sinceSuccess().compareTo(TRUSTED) < 0
                        || succeeds(
                                allowed,
                                job -> encoder.put(
                                        model.texts(), job, clip.tokenizer().encode("a"))))
                && (!clip.has(Tower.IMAGE)
                        || model.pictures().sinceSuccess().compareTo(TRUSTED) < 0
                        || succeeds(
                                allowed,
                                job -> encoder.put(
                                        model.pictures(),
                                        job,
                                        clip.preprocessor().preprocess(grey()))));
    }

    private static RgbImage grey() {
        return RgbImage.of(1, 1, new byte[] {(byte) 128, (byte) 128, (byte) 128});
    }

    /** Queues a job. */
    private interface Queueing {
        void put(Job<Embedding> job);
    }

    private static boolean succeeds(Duration allowed, Queueing queueing) {
        Job<Embedding> job = new Job<>();
        try {
            queueing.put(job);
            return Float.isFinite(
                    job.result().get(allowed.toMillis(), TimeUnit.MILLISECONDS).get(0));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "a trial encoding failed", e);
            return false;
        } finally {
            job.leave();
        }
    }

    /** Ends the threads and closes the models; what still waits fails. */
    @Override
    public void close() {
        decoders.close();
        encoder.close();
        models.forEach(model -> model.clip().close());
    }
}
