package org.clipjava.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ResponseBodyTest {
    private static final Duration SILENCE = Duration.ofMillis(100);

    /** Sends pieces of so many bytes, with pauses, until nobody listens. */
    private static Thread sender(SubmissionPublisher<List<ByteBuffer>> publisher, int bytes, int pieces, long millis) {
        return Thread.ofVirtual().start(() -> {
            for (int i = 0; i < pieces && publisher.getNumberOfSubscribers() > 0; i++) {
                publisher.submit(List.of(ByteBuffer.allocate(bytes)));
                try {
                    Thread.sleep(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            publisher.close();
        });
    }

    @Test
    @Timeout(30)
    void givesUpAServerThatLetsBytesDrip() throws InterruptedException {
        try (SubmissionPublisher<List<ByteBuffer>> publisher = new SubmissionPublisher<>()) {
            ResponseBody body = new ResponseBody(publisher, SILENCE);
            Thread sender = sender(publisher, 1, Integer.MAX_VALUE, 20);
            SocketTimeoutException e = assertThrows(SocketTimeoutException.class, () -> body.readAll(1 << 20));
            assertTrue(e.getMessage().matches("no more than [0-9]+ bytes came in 1 s"), e.getMessage());
            body.close();
            sender.join();
        }
    }

    @Test
    @Timeout(30)
    void isPatientWithOneThatSendsEnough() throws IOException, InterruptedException {
        try (SubmissionPublisher<List<ByteBuffer>> publisher = new SubmissionPublisher<>()) {
            ResponseBody body = new ResponseBody(publisher, SILENCE);
            Thread sender = sender(publisher, 16 << 10, 75, 20);
            assertEquals(75 * (16 << 10), body.readAll(8 << 20).orElseThrow().length);
            sender.join();
        }
    }
}
