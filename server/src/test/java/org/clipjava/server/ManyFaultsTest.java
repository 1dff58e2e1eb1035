package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.clipjava.testdata.HostilePictures;
import org.clipjava.testdata.HostilePictures.Decoded;
import org.clipjava.testdata.HostilePictures.HostilePicture;
import org.clipjava.testdata.HostilePictures.Refused;
import org.clipjava.testdata.OpenFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The faults of {@link FaultsTest} by the thousand: after each of them the server holds what it held before, and it says that it is healthy
 * all the time.
 */
@Tag("thorough")
@Timeout(300)
class ManyFaultsTest {
    private static final int MANY = 1000;
    private static final String GOOD = FaultsTest.picture(TestServer.picture("pictograms/goat.jpg"));

    /** Of a server and its client that do nothing at the moment. */
    private record Held(int threads, long sockets, long heap) {
        /** Less than a kilobyte of a thousand clients; what is compiled, linked and logged meanwhile takes some of it. */
        private static final long HEAP = 4 << 20;

        /** Of Jetty's pool, which grows and shrinks; a thousand clients are not among them. */
        private static final int THREADS = 8;

        /** Both ends of what the tests' own client keeps: a connection for each of its threads that asked at once. */
        private static final int SOCKETS = 8;

        static Held now() {
            System.gc();
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return new Held(
                    Thread.getAllStackTraces().size(),
                    OpenFiles.now().stream()
                            .filter(name -> name.startsWith("socket:"))
                            .count(),
                    runtime.totalMemory() - runtime.freeMemory());
        }

        private boolean isNoMoreThan(Held before) {
            return threads <= before.threads + THREADS
                    && sockets <= before.sockets + SOCKETS
                    && heap <= before.heap + HEAP;
        }

        /** Sockets take a while to close. */
        static void assertNoMoreThan(Held before) throws InterruptedException {
            Held now = now();
            for (int i = 0; i < 100 && !now.isNoMoreThan(before); i++) {
                Thread.sleep(100);
                now = now();
            }
            assertTrue(now.isNoMoreThan(before), "before: " + before + ", now: " + now);
        }
    }

    /** What is done to a server. */
    private interface Fault {
        void on(TestServer server) throws Exception;
    }

    /** Does it twice: what is loaded and compiled with the first time is not lost. */
    private static void assertNothingIsLost(Fault fault) throws Exception {
        try (TestServer server = TestServer.start(
                builder -> builder.queue(100_000).maxBody(64 << 20).accessLog(line -> {}))) {
            assertHealthyMeanwhile(server, fault);
            Held before = Held.now();
            assertHealthyMeanwhile(server, fault);
            assertEquals(0, FaultsTest.metric(server, "clip_waiting_inputs"));
            assertEquals(0, FaultsTest.metric(server, "clip_decoding_pixels"));
            Held.assertNoMoreThan(before);
        }
    }

    /** Asks for the server's health all the time, on a thread of its own. */
    private static void assertHealthyMeanwhile(TestServer server, Fault fault) throws Exception {
        AtomicReference<String> wrong = new AtomicReference<>("");
        AtomicBoolean isOver = new AtomicBoolean();
        Thread thread = Thread.ofPlatform().start(() -> {
            while (!isOver.get()) {
                TestServer.Reply health = server.get("/health");
                if (health.status() != 200) {
                    wrong.set(health.status() + " " + health.text());
                }
                LockSupport.parkNanos(5_000_000);
            }
        });
        try {
            fault.on(server);
        } finally {
            isOver.set(true);
            thread.join();
        }
        assertEquals("", wrong.get());
        FaultsTest.assertHealthy(server);
    }

    private static String image(byte[] bytes) {
        return "{\"input\": [{\"image\": \"%s\"}]}"
                .formatted(Base64.getEncoder().encodeToString(bytes));
    }

    @Test
    void everyHostilePictureIsItsOwnSendersTrouble() throws Exception {
        assertNothingIsLost(server -> {
            for (HostilePicture picture : HostilePictures.all()) {
                byte[] bytes = picture.bytes();
                TestServer.Reply reply = server.post("/v1/embeddings", image(bytes));
                switch (picture.expected()) {
                    case Decoded pixels -> assertEquals(200, reply.status(), picture + reply.text());
                    case Refused refused -> {
                        assertEquals(400, reply.status(), picture + reply.text());
                        // the server's limit of pixels is lower than the decoder's
                        assertTrue(
                                bytes.length == 0
                                        || reply.error().contains(refused.message())
                                        || reply.error().contains("expected at most 100000000 pixels"),
                                picture + reply.error());
                    }
                }
            }
        });
    }

    /** Sends requests by sixteen clients at a time; how many answers of each status came. */
    private static Map<Integer, Integer> statuses(TestServer server, List<String> bodies) throws Exception {
        Map<Integer, Integer> statuses = new TreeMap<>();
        Semaphore clients = new Semaphore(16);
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String body : bodies) {
                clients.acquire();
                HttpRequest request = HttpRequest.newBuilder(server.uri("/v1/embeddings"))
                        .POST(BodyPublishers.ofString(body))
                        .build();
                threads.execute(() -> {
                    int status = -1;
                    try {
                        status = client.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode();
                    } catch (IOException | InterruptedException e) {
                        status = 0;
                    } finally {
                        clients.release();
                        synchronized (statuses) {
                            statuses.merge(status, 1, Integer::sum);
                        }
                    }
                });
            }
        }
        return statuses;
    }

    @Test
    void ofTenThousandRequestsTheBrokenOnesAloneFail() throws Exception {
        List<String> broken = HostilePictures.all().stream()
                .filter(picture -> picture.expected() instanceof Refused)
                .map(picture -> picture.bytes())
                .filter(bytes -> bytes.length < 100_000)
                .map(ManyFaultsTest::image)
                .toList();
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 5 * MANY; i++) {
            bodies.add(i % 10 == 0 ? broken.get(i / 10 % broken.size()) : GOOD);
        }
        assertNothingIsLost(server -> assertEquals(Map.of(200, 4500, 400, 500), statuses(server, bodies)));
    }

    @Test
    void sixteenMegabytesOfJsonAreRefusedWhateverIsInThem() throws Exception {
        int size = 16 << 20;
        List<String> bodies = List.of(
                "[".repeat(size),
                "{\"input\":" + "[".repeat(size / 2) + "]".repeat(size / 2) + "}",
                "{\"input\":" + "{\"a\":".repeat(size / 5),
                "{\"input\": [" + "1,".repeat(size / 2) + "1]}",
                "{\"input\": [" + "\"\",".repeat(size / 3) + "\"\"]}",
                "{\"input\": \"" + "a".repeat(size) + "\"}",
                "{\"input\": \"" + "\\u0061".repeat(size / 6) + "\"}",
                "{\"" + "a".repeat(size) + "\": 1}",
                "{" + "\"a\": 1,".repeat(size / 7) + "\"input\": \"a\"}",
                "{\"dimensions\": 1" + "0".repeat(size) + ", \"input\": \"a\"}",
                " ".repeat(size),
                "{\"input\": [{\"image\": \"" + "A".repeat(size) + "\"}]}");
        assertNothingIsLost(server -> {
            for (String body : bodies) {
                TestServer.Reply reply = server.post("/v1/embeddings", body);
                assertTrue(
                        reply.status() == 400 || reply.status() == 413,
                        body.substring(0, 20) + ": " + reply.status() + reply.text());
                assertTrue(reply.text().length() < 1000, reply.text());
            }
        });
    }

    private static List<Socket> sent(TestServer server, String part) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Socket socket = server.socket();
            socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
            sockets.add(socket);
        }
        return sockets;
    }

    private static String posted(int length, String part) {
        return "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n" + part;
    }

    @Test
    void aThousandClientsWhoseHeadersDoNotEndDoNotKeepOthers() throws Exception {
        assertNothingIsLost(server -> {
            List<Socket> sockets = sent(server, "POST /v1/embeddings HTTP/1.1\r\nHost: loc");
            FaultsTest.assertHealthy(server);
            for (Socket socket : sockets) {
                try (socket;
                        InputStream in = socket.getInputStream()) {
                    in.readAllBytes(); // until it is closed, or the socket's time is over
                }
            }
        });
    }

    /** Each promises twenty megabytes, and sends a byte in three seconds. */
    @Test
    void aThousandClientsWhoseBodiesTrickleDoNotKeepOthers() throws Exception {
        assertNothingIsLost(server -> {
            List<Socket> sockets = sent(server, posted(20 << 20, "{\"inp"));
            for (int i = 0; i < 5; i++) {
                FaultsTest.assertHealthy(server);
                assertEquals(200, server.post("/v1/embeddings", GOOD).status());
                Thread.sleep(3000);
                for (Socket socket : sockets) {
                    drip(socket);
                }
            }
            for (Socket socket : sockets) {
                try (socket;
                        InputStream in = socket.getInputStream()) {
                    String answer = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
                    assertTrue(answer.equals("HTTP/1.1 408") || answer.isEmpty(), answer);
                }
            }
        });
    }

    private static void drip(Socket socket) {
        try {
            socket.getOutputStream().write('x');
        } catch (IOException e) {
            return; // it has been closed for being slow
        }
    }

    @Test
    void aThousandClientsThatLeaveInTheMiddleOfTheirBodiesAreForgotten() throws Exception {
        assertNothingIsLost(server -> {
            for (Socket socket : sent(server, posted(1000, "{\"inp"))) {
                socket.close();
            }
            for (Socket socket : sent(server, posted(1000, "{\"inp"))) {
                socket.setSoLinger(true, 0); // with a reset, as when a machine is switched off
                socket.close();
            }
        });
    }

    @Test
    void aThousandClientsThatLeaveBeforeTheirAnswerAreForgotten() throws Exception {
        byte[] request = posted(GOOD.length(), GOOD).getBytes(StandardCharsets.US_ASCII);
        assertNothingIsLost(server -> {
            for (int i = 0; i < MANY; i++) {
                try (Socket socket = server.socket()) {
                    OutputStream out = socket.getOutputStream();
                    out.write(request);
                    out.flush();
                    if (i % 2 == 0) {
                        socket.setSoLinger(true, 0);
                    }
                }
            }
            while (FaultsTest.metric(server, "clip_waiting_inputs") > 0) {
                Thread.sleep(10);
            }
        });
    }
}
