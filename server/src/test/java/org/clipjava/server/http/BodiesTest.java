package org.clipjava.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies in memory, and the room there is for them. */
@Timeout(60)
class BodiesTest {
    private static final int MEGABYTE = 1 << 20;

    private static InputStream of(int bytes) {
        return new ByteArrayInputStream(filled(bytes));
    }

    private static byte[] filled(int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) 'x');
        return body;
    }

    /** A client that sends a little and then nothing, until it is let go. */
    private static final class Stalled extends InputStream {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private int sent;

        @Override
        public int read() {
            throw new AssertionError("expected reads of many");
        }

        @Override
        public int read(byte[] chunk, int from, int length) throws IOException {
            if (sent == 0) {
                sent = 10;
                return sent;
            }
            reached.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return -1;
        }
    }

    @Test
    void clientsThatPromiseMuchAndSendLittleDoNotKeepOthersOut() throws Exception {
        Bodies bodies = new Bodies(MEGABYTE, 8 * MEGABYTE);
        Stalled[] stalled = new Stalled[100];
        CompletableFuture<?>[] reads = new CompletableFuture<?>[stalled.length];
        for (int i = 0; i < stalled.length; i++) {
            Stalled client = new Stalled();
            stalled[i] = client;
            reads[i] = new CompletableFuture<>();
            CompletableFuture<?> read = reads[i];
            Thread.ofVirtual().start(() -> {
                try (Bodies.Body body = bodies.read(client, MEGABYTE)) {
                    assertEquals(10, body.bytes().length);
                    read.complete(null);
                } catch (IOException | RuntimeException | AssertionError e) {
                    read.completeExceptionally(e);
                }
            });
        }
        for (Stalled client : stalled) {
            client.reached.await();
        }

        try (Bodies.Body body = bodies.read(of(MEGABYTE), MEGABYTE)) {
            assertArrayEquals(filled(MEGABYTE), body.bytes());
        }
        for (Stalled client : stalled) {
            client.go.countDown();
        }
        CompletableFuture.allOf(reads).join();
    }

    @Test
    void bodiesBeyondTheMemoryForAllAreToComeAgain() throws IOException {
        Bodies bodies = new Bodies(MEGABYTE, 8 * MEGABYTE);
        try (Bodies.Body first = bodies.read(of(MEGABYTE), MEGABYTE)) {
            assertEquals(MEGABYTE, first.bytes().length);
            for (long length : new long[] {MEGABYTE, -1}) {
                assertEquals(
                        429,
                        assertThrows(ApiException.class, () -> bodies.read(of(MEGABYTE), length))
                                .status());
            }
        }
        bodies.read(of(MEGABYTE), -1).close(); // all that was held is free again
    }

    @Test
    void oneOfTheLargestIsTakenHoweverLittleMemoryThereIs() throws IOException {
        Bodies bodies = new Bodies(MEGABYTE, 1);
        for (int i = 0; i < 3; i++) {
            bodies.read(of(MEGABYTE), MEGABYTE).close();
        }
        assertTrue(assertThrows(ApiException.class, () -> bodies.read(of(MEGABYTE + 1), -1))
                .getMessage()
                .startsWith("the body: expected at most 1048576 bytes"));
    }
}
