package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.clipjava.Clip;
import org.junit.jupiter.api.Test;

/** Who may ask, and for how much. */
class SafetyTest {
    private static final String TEXT = "{\"input\": \"a\"}";

    private static String withHeaders(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    @Test
    void withKeysOnlyTheirOwnersAreAnswered() {
        try (TestServer server =
                TestServer.start(builder -> builder.apiKey("secret").apiKey("other"))) {
            assertTrue(server.post("/v1/embeddings", TEXT).error().startsWith("401 missing_api_key"));
            assertTrue(server.post("/v1/embeddings", TEXT, "authorization", "Bearer secre")
                    .error()
                    .startsWith("401 invalid_api_key"));
            assertEquals(401, server.get("/metrics").status());
            assertEquals(
                    200,
                    server.post("/v1/embeddings", TEXT, "authorization", "Bearer secret")
                            .status());
            assertEquals(
                    200,
                    server.post("/v1/embeddings", TEXT, "authorization", "bearer other")
                            .status());
            assertEquals(
                    200,
                    server.post("/v1/embeddings", TEXT, "x-api-key", "other").status());
            assertEquals(200, server.get("/health").status());
        }
    }

    @Test
    void otherMachinesAreNotServedWithoutKeys() throws IOException {
        ClipServer.Builder open = ClipServer.builder()
                .model("m", () -> Clip.open(TestServer.MODEL))
                .port(0)
                .host("0.0.0.0");

        assertTrue(assertThrows(IllegalArgumentException.class, open::start)
                .getMessage()
                .startsWith("host 0.0.0.0 can be reached from other machines"));
        open.apiKey("secret").start().close();
        ClipServer.builder()
                .model("m", () -> Clip.open(TestServer.MODEL))
                .port(0)
                .host("0.0.0.0")
                .insecure()
                .start()
                .close();
    }

    @Test
    void isKnownByItsOwnNamesOnly() throws IOException {
        try (TestServer server = TestServer.start(builder -> builder.allowHost("clip.example.org"))) {
            for (String host :
                    new String[] {"localhost", "127.0.0.1:8080", "[::1]:1", "LOCALHOST:9", "clip.example.org"}) {
                assertTrue(server.raw(withHeaders("/health", "Host: " + host)).startsWith("HTTP/1.1 200 "), host);
            }
            for (String host : new String[] {"evil.example.org", "localhost.evil.org", "127.0.0.1.evil.org:80"}) {
                String answer = server.raw(withHeaders("/health", "Host: " + host));
                assertTrue(answer.startsWith("HTTP/1.1 403 "), host + answer);
                assertTrue(answer.contains("host_not_allowed"), answer);
            }
        }
    }

    @Test
    void pagesOfOtherServersMayNotAsk() {
        try (TestServer server = TestServer.start(builder -> builder.cors("https://good.example.org"))) {
            String own = server.server().address().toString();
            assertEquals(200, server.post("/v1/embeddings", TEXT, "origin", own).status());
            assertEquals("", server.post("/v1/embeddings", TEXT, "origin", own).header("access-control-allow-origin"));
            for (String origin :
                    new String[] {"https://evil.example.org", "null", "https://good.example.org.evil.org"}) {
                TestServer.Reply refused = server.post("/v1/embeddings", TEXT, "origin", origin);
                assertTrue(refused.error().startsWith("403 origin_not_allowed"), refused.text());
                assertEquals("", refused.header("access-control-allow-origin"));
            }
            TestServer.Reply allowed = server.post("/v1/embeddings", TEXT, "origin", "https://good.example.org");
            assertEquals(200, allowed.status());
            assertEquals("https://good.example.org", allowed.header("access-control-allow-origin"));
            assertEquals("", allowed.header("access-control-allow-credentials"));
            assertEquals("origin", allowed.header("vary"));
            TestServer.Reply preflight = server.send(server.request(
                            "/v1/embeddings",
                            "origin",
                            "https://good.example.org",
                            "access-control-request-method",
                            "POST")
                    .method("OPTIONS", BodyPublishers.noBody())
                    .build());
            assertEquals(204, preflight.status());
            assertTrue(preflight.header("access-control-allow-headers").contains("authorization"));
        }
    }

    @Test
    void largeBodiesAreRefusedWhetherTheyTellTheirSizeOrNot() throws IOException {
        try (TestServer server = TestServer.start(builder -> builder.maxBody(100_000))) {
            byte[] large = new byte[5_000_000];
            assertTrue(server.post("/v1/embeddings", large)
                    .error()
                    .startsWith("413 too_large the body: expected at most 100000"));
            String chunked =
                    server.raw("POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                            + "Connection: close\r\n\r\n" + ("4000\r\n" + "x".repeat(0x4000) + "\r\n").repeat(7)
                            + "0\r\n\r\n");
            assertTrue(chunked.startsWith("HTTP/1.1 413 "), chunked);
        }
    }

    @Test
    void headersHaveALimit() throws IOException {
        try (TestServer server = TestServer.start()) {
            String answer = server.raw(withHeaders("/health", "Host: localhost", "X: " + "x".repeat(20_000)));

            assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
            assertFalse(answer.contains("jetty"), answer);
        }
    }

    @Test
    void whatIsNotHttpIsAnsweredWithoutATrace() throws IOException {
        try (TestServer server = TestServer.start()) {
            String answer = server.raw("GET /\u0001 nonsense\r\n\r\n");

            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertFalse(answer.contains("org.eclipse") || answer.contains("at "), answer);
        }
    }

    @Test
    void unknownPathsAndMethodsAreTold() {
        try (TestServer server = TestServer.start()) {
            assertTrue(server.get("/nothing").error().startsWith("404 not_found no such path: /nothing"));
            assertEquals(
                    "405 method_not_allowed /v1/embeddings: expected POST, found GET",
                    server.get("/v1/embeddings").error());
        }
    }

    @Test
    void loadingIsToldAndAFailureIsTheStarters() {
        try (TestServer server = TestServer.of(builder -> builder.model("none", () -> {
            throw new IOException("no such model");
        }))) {
            Throwable failure = assertThrows(
                            CompletionException.class,
                            () -> server.server().loaded().join())
                    .getCause();
            assertEquals("no such model", failure.getMessage());
            assertEquals(503, server.get("/health").status());
            assertEquals(503, server.get("/ready").status());
            TestServer.Reply refused = server.post("/v1/embeddings", TEXT);
            assertEquals("503 unavailable the models are being loaded", refused.error());
            assertEquals("1", refused.header("retry-after"));
        }
    }

    @Test
    void eachRequestIsALineOfTheLogWithoutWhatIsPrivate() {
        try (TestServer server = TestServer.start(builder -> builder.apiKey("secret"))) {
            server.post("/v1/embeddings?token=private", TEXT, "authorization", "Bearer secret");

            eventually(() -> server.log().toString(), "/v1/embeddings");
            JsonObject line = JsonParser.parseString(server.log().getFirst()).getAsJsonObject();
            assertEquals("/v1/embeddings", line.get("path").getAsString());
            assertEquals(200, line.get("status").getAsInt());
            assertEquals("pictogram", line.get("model").getAsString());
            assertEquals(1, line.get("inputs").getAsInt());
            assertFalse(line.toString().contains("secret") || line.toString().contains("private"), line.toString());
        }
    }

    @Test
    void theMetricsTellOfRequestsAndTheCache() {
        try (TestServer server = TestServer.start()) {
            server.post("/v1/embeddings", TEXT);
            server.post("/v1/embeddings", TEXT);

            String metrics = eventually(
                    () -> server.get("/metrics").text(),
                    "clip_request_duration_seconds_count{route=\"/v1/embeddings\",status=\"200\"} 2");
            assertTrue(metrics.contains("clip_text_cache_requests_total{outcome=\"hit\"} 1.0"), metrics);
            assertTrue(metrics.contains("clip_waiting_inputs 0.0"), metrics);
        }
    }

    /** What is noted when an answer has been sent may be noted after the client has it. */
    private static String eventually(Supplier<String> text, String part) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        String found = text.get();
        while (!found.contains(part)) {
            assertTrue(System.nanoTime() < end, found);
            Thread.onSpinWait();
            found = text.get();
        }
        return found;
    }
}
