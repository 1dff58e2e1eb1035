package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The faults of {@link FaultsTest} by the thousand. */
@Tag("slow")
class ManyFaultsTest {
    @Test
    @Timeout(600)
    void tenThousandRequestsOfWhichATenthIsBrokenLeaveNothingBehind() throws Exception {
        try (TestServer server = TestServer.start(builder -> builder.queue(100_000))) {
            String good = FaultsTest.picture(TestServer.picture("pictograms/goat.jpg"));
            String broken = FaultsTest.picture(TestServer.picture("images/truncated.jpg"));
            AtomicInteger wrong = new AtomicInteger();
            try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
                for (int i = 0; i < 10_000; i++) {
                    boolean isBroken = i % 10 == 0;
                    threads.execute(() -> {
                        int status = server.post("/v1/embeddings", isBroken ? broken : good)
                                .status();
                        if (status != (isBroken ? 400 : 200)) {
                            wrong.incrementAndGet();
                        }
                    });
                }
            }
            assertEquals(0, wrong.get());
            assertEquals(0, FaultsTest.metric(server, "clip_waiting_inputs"));
            assertEquals(0, FaultsTest.metric(server, "clip_decoding_pixels"));
            FaultsTest.assertHealthy(server);
        }
    }

    @Test
    void aThousandSlowClientsDoNotKeepOthers() throws IOException {
        try (TestServer server = TestServer.start()) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                Socket socket = server.socket();
                socket.getOutputStream()
                        .write("POST /v1/embeddings HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
                sockets.add(socket);
            }
            FaultsTest.assertHealthy(server);
            for (Socket socket : sockets) {
                try (socket;
                        InputStream in = socket.getInputStream()) {
                    in.readAllBytes();
                }
            }
            FaultsTest.assertHealthy(server);
        }
    }
}
