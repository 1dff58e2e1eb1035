package org.clipjava.hub;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A body that is read piece by piece, and whose silence is an error: the JDK's stream would wait for ever for a server that
 * has stopped sending.
 */
final class ResponseBody implements Closeable {
    /** Bytes that have to come while {@link #PATIENT_SILENCES} of the longest silences pass. */
    private static final long LEAST_IN_TIME = 64 << 10;

    private static final int PATIENT_SILENCES = 10;

    private final Duration silence;
    private final Subscriber subscriber = new Subscriber();
    private final Queue<ByteBuffer> ready = new ArrayDeque<>();

    /** Bytes, and nanoseconds of waiting for them, since the pace was last found good. */
    private long came;

    private long waited;

    ResponseBody(Flow.Publisher<List<ByteBuffer>> publisher, Duration silence) {
        this.silence = silence;
        publisher.subscribe(subscriber);
    }

    /**
     * The next piece, not empty; empty at the end.
     *
     * @throws SocketTimeoutException if nothing came for too long
     */
    Optional<ByteBuffer> next() throws IOException {
        while (true) {
            while (!ready.isEmpty()) {
                ByteBuffer piece = ready.remove();
                if (piece.hasRemaining()) {
                    return Optional.of(piece);
                }
            }
            switch (take()) {
                case Event.Pieces pieces -> {
                    ready.addAll(pieces.buffers());
                    subscriber.requestOne();
                }
                case Event.End end -> {
                    return Optional.empty();
                }
                case Event.Failure failure ->
                    throw new IOException(failure.cause().getMessage(), failure.cause());
            }
        }
    }

    private Event take() throws IOException {
        try {
            long begin = System.nanoTime();
            Event event = subscriber.events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                throw new SocketTimeoutException("nothing came for " + Seconds.of(silence));
            }
            waited += System.nanoTime() - begin;
            if (event instanceof Event.Pieces pieces) {
                checkPace(pieces);
            }
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    /** A server that lets a byte drip now and then would keep this for ever, too. */
    private void checkPace(Event.Pieces pieces) throws SocketTimeoutException {
        for (ByteBuffer piece : pieces.buffers()) {
            came += piece.remaining();
        }
        if (came >= LEAST_IN_TIME) {
            came = 0;
            waited = 0;
        } else if (waited > PATIENT_SILENCES * silence.toNanos()) {
            throw new SocketTimeoutException(
                    "no more than " + came + " bytes came in " + Seconds.of(silence.multipliedBy(PATIENT_SILENCES)));
        }
    }

    /**
     * All of it, if it is no longer than that.
     *
     * @return empty if it is longer
     */
    Optional<byte[]> readAll(int longest) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Optional<ByteBuffer> piece = next(); piece.isPresent(); piece = next()) {
            byte[] some = new byte[piece.get().remaining()];
            piece.get().get(some);
            if (bytes.size() + some.length > longest) {
                return Optional.empty();
            }
            bytes.writeBytes(some);
        }
        return Optional.of(bytes.toByteArray());
    }

    /** Of what has not come nothing more is wanted. */
    @Override
    public void close() {
        subscriber.cancel();
    }

    private sealed interface Event {
        record Pieces(List<ByteBuffer> buffers) implements Event {}

        record End() implements Event {}

        record Failure(Throwable cause) implements Event {}
    }

    /** Asks for one item at a time, so that no more than that is in memory however slow the disk. */
    private static final class Subscriber implements Flow.Subscriber<List<ByteBuffer>> {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private Optional<Flow.Subscription> subscription = Optional.empty();
        private boolean cancelled;

        @Override
        public synchronized void onSubscribe(Flow.Subscription given) {
            subscription = Optional.of(given);
            if (cancelled) {
                given.cancel();
            } else {
                given.request(1);
            }
        }

        synchronized void requestOne() {
            subscription.ifPresent(given -> given.request(1));
        }

        synchronized void cancel() {
            cancelled = true;
            subscription.ifPresent(Flow.Subscription::cancel);
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            events.add(new Event.Pieces(pieces));
        }

        @Override
        public void onError(Throwable cause) {
            events.add(new Event.Failure(cause));
        }

        @Override
        public void onComplete() {
            events.add(new Event.End());
        }
    }
}
