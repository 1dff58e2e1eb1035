package org.clipjava.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.clipjava.image.codec.Helpers;
import org.clipjava.image.codec.PictureConsumer;
import org.clipjava.image.codec.PixelRows;

/**
 * Preprocesses a picture while it is decoded: a band of rows on the helper's thread, if it has one, while the next is being filled.
 * No more than these two exist, unless the preprocessor is not known yet: then they are kept until it is.
 *
 * <p>What goes wrong is thrown when the result is asked for: whoever decodes shall find out first whether the file is whole. For one
 * thread at a time.
 */
final class BandPreprocessing implements PictureConsumer {
    private final Future<ImagePreprocessor> preprocessor;
    private final Helpers helpers;
    private int width;
    private int height;

    /** The band that is being filled. */
    private byte[] filling = {};

    private int filled;

    /** Bands that are full and not handed over. */
    private final List<Band> waiting = new ArrayList<>();

    private Optional<FutureTask<Boolean>> task = Optional.empty();

    /** What {@link #task} reads. */
    private List<Band> handedOver = List.of();

    /** {@link #task}'s while it runs. */
    private Optional<ImagePreprocessor.Run> run = Optional.empty();

    private Optional<Throwable> failure = Optional.empty();

    /** Further rows change nothing. */
    private boolean complete;

    /** @param rgb [rows, width, 3] from its start on */
    private record Band(byte[] rgb, int rows) {}

    BandPreprocessing(Future<ImagePreprocessor> preprocessor, Executor helper) {
        this.preprocessor = preprocessor;
        this.helpers = Helpers.of(helper);
    }

    @Override
    public Helpers helpers() {
        return helpers;
    }

    @Override
    public void begin(int pictureWidth, int pictureHeight) {
        width = pictureWidth;
        height = pictureHeight;
        filling = newBand();
    }

    private byte[] newBand() {
        return new byte[3 * width * Math.min(Resampler.BAND, height)];
    }

    @Override
    public void rows(byte[] rgb, int at, int count) {
        int stride = 3 * width;
        int done = 0;
        while (done < count && !complete) {
            int n = Math.min(count - done, filling.length / stride - filled);
            System.arraycopy(rgb, at + done * stride, filling, filled * stride, n * stride);
            filled += n;
            done += n;
            if (filled * stride == filling.length) {
                bandIsFull();
            }
        }
    }

    @Override
    public void whole(PixelRows picture) {
        width = picture.width();
        height = picture.height();
        waiting.add(new Band(picture.rgb(), height));
    }

    private void bandIsFull() {
        waiting.add(new Band(filling, filled));
        filled = 0;
        if (!preprocessor.isDone()) {
            filling = newBand();
            return;
        }
        awaitTask();
        filling = handedOver.isEmpty() ? newBand() : handedOver.getFirst().rgb();
        if (!complete) {
            handOver();
        }
    }

    private void nextTask() {
        handedOver = List.copyOf(waiting);
        waiting.clear();
        List<Band> bands = handedOver;
        task = Optional.of(new FutureTask<>(() -> preprocess(bands)));
    }

    private void handOver() {
        nextTask();
        helpers.execute(task.orElseThrow());
    }

    /** Whether further rows are needed. */
    private boolean preprocess(List<Band> bands) {
        ImagePreprocessor.Run begun = run.orElseGet(() -> known(preprocessor).start(height, width));
        run = Optional.of(begun);
        for (Band band : bands) {
            begun.rows(band.rgb, 0, band.rows);
        }
        return begun.needsMore();
    }

    /** Runs it if no helper has begun with it, and waits for it else. */
    private void awaitTask() {
        if (task.isEmpty()) {
            return;
        }
        FutureTask<Boolean> last = task.get();
        task = Optional.empty();
        last.run();
        boolean interrupted = false;
        while (true) {
            try {
                complete |= !last.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // it ends soon
            } catch (ExecutionException | CancellationException e) {
                failure = Optional.of(Objects.requireNonNullElse(e.getCause(), e));
                complete = true;
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** No more rows come, and no one will ask for the result. */
    void cancel() {
        task.ifPresent(last -> last.cancel(false));
    }

    /** Of all rows: [3, height, width]. */
    PixelTensor result() {
        awaitTask();
        if (!complete) {
            if (filled > 0) {
                waiting.add(new Band(filling, filled));
            }
            nextTask();
            awaitTask();
        }
        if (failure.isPresent()) {
            switch (failure.get()) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(failure.get());
            }
        }
        return run.orElseThrow().result();
    }

    /** Waits for a preprocessor that is not known yet. */
    static ImagePreprocessor known(Future<ImagePreprocessor> preprocessor) {
        if (preprocessor.state() == Future.State.SUCCESS) {
            return preprocessor.resultNow();
        }
        try {
            return preprocessor.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the preprocessor was known", e);
        } catch (ExecutionException e) {
            switch (Objects.requireNonNullElse(e.getCause(), e)) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }
}
