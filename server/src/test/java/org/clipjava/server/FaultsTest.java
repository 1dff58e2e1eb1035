package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are slow, leave, or send what is broken; and the end of the server while it works. */
@Timeout(120)
@Tag("thorough")
class FaultsTest {
    private static final int NOT_ACCEPTED = 0;

    private static final String TEXT = "{\"input\": \"a\"}";

    /** Their answer is larger than what sockets hold. */
    private static final String MANY_TEXTS = "{\"input\": [" + "\"a\",".repeat(2047) + "\"a\"]}";

    private static final Path GOAT = TestServer.picture("pictograms/goat.jpg");

    static String picture(Path file) {
        return "{\"input\": [{\"image\": \"%s\"}]}".formatted(TestServer.base64(file));
    }

    /** A request as it goes over a connection. */
    private static String post(String body) {
        return "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    static void assertHealthy(TestServer server) {
        assertEquals("{\"status\":\"ok\"}", server.get("/health").text());
        assertEquals(200, server.post("/v1/embeddings", TEXT).status());
    }

    static double metric(TestServer server, String name) {
        return server.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void headersThatDoNotEndAreCutOff() throws IOException {
        try (TestServer server = TestServer.start()) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Socket socket = server.socket();
                sockets.add(socket);
                socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: lo".getBytes(StandardCharsets.US_ASCII));
            }
            // another, on a connection that was good once
            Socket kept = server.socket();
            kept.getOutputStream()
                    .write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', kept.getInputStream().read());
            kept.getOutputStream().write("GET /he".getBytes(StandardCharsets.US_ASCII));
            sockets.add(kept);
            assertHealthy(server);
            for (Socket socket : sockets) {
                socket.getInputStream().readAllBytes(); // until it is closed, or the socket's time is over
                socket.close();
            }
            assertHealthy(server);
        }
    }

    @Test
    void aBodyThatIsLeftOffIsNoHarm() throws IOException {
        try (TestServer server = TestServer.start()) {
            for (int i = 0; i < 50; i++) {
                try (Socket socket = server.socket()) {
                    socket.getOutputStream()
                            .write(
                                    "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{\"inp"
                                            .getBytes(StandardCharsets.US_ASCII));
                }
            }
            assertHealthy(server);
            assertEquals(0, metric(server, "clip_waiting_inputs"));
        }
    }

    @Test
    void requestsThatComeTogetherOnOneConnectionAreAnsweredInTurn() throws IOException {
        String body = picture(GOAT);
        String request = post(body);
        try (TestServer server = TestServer.start()) {
            String answers = server.raw(
                    request + request + "GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertEquals(3, answers.split("HTTP/1\\.1 200 OK", -1).length - 1, answers);
            assertTrue(answers.endsWith("{\"status\":\"ready\"}"), answers);
        }
    }

    /** What a socket does not hold waits in the server until the client goes on. */
    @Test
    void whoeverIsSlowToReadGetsTheWholeAnswerWhenTheServerEnds() throws Exception {
        try (TestServer server = TestServer.start(builder -> builder.queue(100_000));
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.server().address().getPort()));
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(post(MANY_TEXTS).getBytes(StandardCharsets.US_ASCII));
            int first = socket.getInputStream().read();
            CompletableFuture<Void> closing =
                    CompletableFuture.runAsync(() -> server.server().close());
            Thread.sleep(2500);

            assertEquals(List.of(), server.log(), "the answer waits");
            String answer =
                    (char) first + new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.endsWith("}"), "cut off after " + answer.length());
            closing.join();
            assertTrue(
                    server.log().getFirst().contains("\"status\":200"),
                    server.log().getFirst());
        }
    }

    @Test
    void anAnswerThatWasNotTakenIsLoggedAsOne() throws Exception {
        try (TestServer server = TestServer.start(builder -> builder.queue(100_000))) {
            try (Socket socket = server.socket()) {
                socket.getOutputStream().write(post(MANY_TEXTS).getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().read();
            }
            while (server.log().isEmpty()) {
                Thread.sleep(10);
            }
            assertTrue(
                    server.log().getFirst().contains("\"status\":499"),
                    server.log().getFirst());
        }
    }

    /** Sixteen pictures take more than a second to decode, and the client leaves when it has sent them. */
    @Test
    void whoeverLeavesIsNotComputedFor() throws Exception {
        try (TestServer server = TestServer.start(builder -> builder.maxBody(100 << 20))) {
            String picture = TestServer.base64(TestServer.picture("images/coffee_4000x2667.jpg"));
            String image = "{\"image\": \"" + picture + "\"}";
            String body = "{\"input\": [" + (image + ",").repeat(15) + image + "]}";
            do {
                int before = embeddings(server).size();
                try (Socket socket = server.socket()) {
                    OutputStream out = socket.getOutputStream();
                    out.write(post(body).getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    while (metric(server, "clip_waiting_inputs") == 0
                            && embeddings(server).size() == before) {
                        Thread.sleep(1);
                    }
                }
                while (embeddings(server).size() == before) {
                    Thread.sleep(10);
                }
            } while (!embeddings(server).getLast().contains("\"status\":499")); // answered before it left
            assertEquals(0, metric(server, "clip_waiting_inputs"));
            while (metric(server, "clip_dropped_inputs_total") == 0) {
                Thread.sleep(10); // they are taken out when it would be their turn
            }
            assertHealthy(server);
        }
    }

    private static List<String> embeddings(TestServer server) {
        return server.log().stream()
                .filter(line -> line.contains("/v1/embeddings"))
                .toList();
    }

    private static String texts(int count, String word) {
        return String.join(
                ",",
                IntStream.range(0, count)
                        .mapToObj(i -> new JsonPrimitive(word + " " + i).toString())
                        .toList());
    }

    @Test
    void aFullQueueIsA429ThatSaysWhenToComeAgain() throws Exception {
        try (TestServer server = TestServer.start(builder -> builder.queue(1))) {
            CompletableFuture<TestServer.Reply> large = CompletableFuture.supplyAsync(
                    () -> server.post("/v1/embeddings", "{\"input\": [" + texts(2000, "many") + "]}"));
            while (metric(server, "clip_waiting_inputs") < 1) {
                Thread.sleep(1);
            }
            TestServer.Reply refused = server.post("/v1/embeddings", "{\"input\": \"late\"}");
            assertTrue(refused.error().startsWith("429 overloaded"), refused.text());
            assertTrue(Integer.parseInt(refused.header("retry-after")) >= 1);
            TestServer.Reply tei = server.post("/embed", "{\"inputs\": \"late\"}");
            assertEquals("overloaded", tei.json().get("error_type").getAsString());
            assertEquals(200, large.join().status());
            assertEquals(
                    200, server.post("/v1/embeddings", "{\"input\": \"late\"}").status());
        }
    }

    @Test
    void brokenPicturesAreTheirOwnSendersTrouble() throws IOException {
        try (TestServer server = TestServer.start();
                Stream<Path> catalogue = Files.walk(TestData.projectRoot().resolve("src-test-data/images"))) {
            List<Path> pictures =
                    new ArrayList<>(catalogue.filter(Files::isRegularFile).toList());
            int refused = 0;
            for (Path file : pictures) {
                int status = server.post("/v1/embeddings", picture(file)).status();
                assertTrue(status == 200 || status == 400, file + ": " + status);
                refused += status == 400 ? 1 : 0;
            }
            assertTrue(refused > 0 && refused < pictures.size());
            // a header that promises a trillion pixels
            byte[] huge = Files.readAllBytes(TestServer.picture("images/coffee_1x1.png"));
            huge[16] = 0;
            huge[17] = 0x0f;
            huge[21] = 0x0f;
            String answer = server.post(
                            "/v1/embeddings",
                            "{\"input\": [{\"image\": \"%s\"}]}"
                                    .formatted(Base64.getEncoder().encodeToString(huge)))
                    .error();
            assertTrue(answer.contains("pixels"), answer);
            assertHealthy(server);
        }
    }

    @Test
    void whatIsBegunIsAnsweredAtTheEnd() throws Exception {
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        double waiting;
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            try (TestServer server = TestServer.start()) {
                CountDownLatch sent = new CountDownLatch(1);
                for (int i = 0; i < 20; i++) {
                    HttpRequest request = HttpRequest.newBuilder(server.uri("/v1/embeddings"))
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"input\": [" + texts(100, "text of " + i) + "]}"))
                            .build();
                    answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                            .thenApply(HttpResponse::statusCode));
                }
                waiting = metric(server, "clip_waiting_inputs");
                while (waiting < 500 && answers.stream().noneMatch(CompletableFuture::isDone)) {
                    sent.await(1, TimeUnit.MILLISECONDS);
                    waiting = metric(server, "clip_waiting_inputs");
                }
            }
            for (CompletableFuture<Integer> answer : answers) {
                // of whom nothing was read yet, the connection is closed
                int status = answer.exceptionally(e -> e.getCause() instanceof IOException ? NOT_ACCEPTED : -1)
                        .get(60, TimeUnit.SECONDS);
                assertTrue(status == 200 || status == 503 || status == 429 || status == NOT_ACCEPTED, "" + status);
            }
            // what was in the queue when the server was told to stop was accepted, 100 texts a request
            long answered = answers.stream().filter(FaultsTest::isAnswered).count();
            assertTrue(answered >= Math.max(1, waiting / 100), answered + " answered, " + waiting + " texts waited");
        }
    }

    private static boolean isAnswered(CompletableFuture<Integer> answer) {
        return !answer.isCompletedExceptionally() && answer.join() == 200;
    }
}
