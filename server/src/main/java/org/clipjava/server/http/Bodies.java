package org.clipjava.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Reads requests' bodies: each within a size and faster than a trickle, and all that are in memory at once within a sum.
 *
 * <p>A body counts four times, for text that is parsed and pictures that are decoded from it; but only what has come of it, so that
 * clients that promise much and send little do not keep others out.
 */
public final class Bodies {
    private static final int CHUNK = 1 << 14;
    private static final int COPIES = 4;

    /** A body may take this long, and besides a second for each so many bytes. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final int LEAST_BYTES_A_SECOND = 8 << 10;

    /** What is still read of a request that is refused, so that its client gets to read why. */
    private static final long MOST_DRAINED = 64L << 20;

    private final long largest;
    private final Semaphore kilobytes;

    /**
     * Of these limits.
     *
     * @param largest bytes of one body
     * @param memory bytes for all
     */
    public Bodies(long largest, long memory) {
        this.largest = largest;
        this.kilobytes = new Semaphore(Math.max(
                Math.clamp(memory >> 10, 1, Integer.MAX_VALUE),
                kilobytes(largest) + (CHUNK >> 10))); // one is always taken
    }

    /** A body in memory; closing it makes room for others. */
    public final class Body implements AutoCloseable {
        private final byte[] bytes;
        private final int held;

        Body(byte[] bytes, int held) {
            this.bytes = bytes;
            this.held = held;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public void close() {
            kilobytes.release(held);
        }
    }

    ApiException tooLarge() {
        return ApiException.tooLarge("the body: expected at most " + largest
                + " bytes, found more; send less at a time, or start the server with a larger --max-body");
    }

    /**
     * Reads a body to its end.
     *
     * @param length what the header says; negative if it doesn't
     * @throws ApiException 413, 408 or 429
     */
    Body read(InputStream in, long length) throws IOException {
        if (length > largest) {
            throw tooLarge();
        }
        int held = 0;
        boolean isRead = false;
        try {
            held += hold(CHUNK >> 10);
            int chunkHeld = held;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK];
            long start = System.nanoTime();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                long size = (long) bytes.size() + n;
                if (size > largest) {
                    throw tooLarge();
                }
                held += hold(chunkHeld + kilobytes(size) - held);
                bytes.write(chunk, 0, n);
                checkPace(size, System.nanoTime() - start);
            }
            isRead = true;
            return new Body(bytes.toByteArray(), held);
        } finally {
            if (!isRead) {
                kilobytes.release(held);
            }
        }
    }

    /** That a body of this size counts. */
    private static int kilobytes(long bytes) {
        return (int) ((COPIES * bytes + 1023) >> 10);
    }

    private int hold(int wanted) {
        if (!kilobytes.tryAcquire(wanted)) {
            throw ApiException.overloaded(
                    "the bodies of the requests under way take all the memory there is for them; try again",
                    Duration.ofSeconds(1));
        }
        return wanted;
    }

    private static void checkPace(long bytes, long nanoseconds) {
        long allowed = GRACE.toNanos() + TimeUnit.SECONDS.toNanos(bytes / LEAST_BYTES_A_SECOND);
        if (nanoseconds > allowed) {
            throw ApiException.of(
                    408,
                    "too_slow",
                    "the body: expected at least " + LEAST_BYTES_A_SECOND + " bytes a second, found " + bytes + " in "
                            + TimeUnit.NANOSECONDS.toSeconds(nanoseconds) + " s");
        }
    }

    /** Reads on, for a while, what nobody wants any more: whoever is still sending would not see the answer. */
    void drain(InputStream in) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long start = System.nanoTime();
        long drained = 0;
        for (int n = in.read(chunk); n >= 0 && drained < MOST_DRAINED; n = in.read(chunk)) {
            drained += n;
            if (System.nanoTime() - start > GRACE.toNanos()) {
                return;
            }
        }
    }
}
