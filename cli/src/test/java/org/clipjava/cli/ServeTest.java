package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.cli.output.StandardOutput;
import org.clipjava.cli.output.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code clip serve}: what the library serves is tested there. */
@Timeout(60)
class ServeTest {
    private static final Pattern ADDRESS = Pattern.compile("listening on (http://\\S+),");

    @TempDir
    Path temporary;

    /** The command on a thread of its own. */
    private static final class Serving implements AutoCloseable {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        private final Thread thread;

        Serving(Map<String, String> environment, String... args) {
            Terminal terminal = new Terminal(
                    new ByteArrayInputStream(new byte[0]),
                    new StandardOutput(out),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    false);
            thread = Thread.ofPlatform().start(() -> exitCode.complete(Main.run(args, terminal, environment)));
        }

        String err() {
            return err.toString(StandardCharsets.UTF_8);
        }

        /** Once it has said that it is ready. */
        URI address() throws InterruptedException {
            while (!err().contains("ready")) {
                if (exitCode.isDone()) {
                    throw new AssertionError(err());
                }
                Thread.sleep(10);
            }
            Matcher address = ADDRESS.matcher(err());
            assertTrue(address.find(), err());
            return URI.create(address.group(1));
        }

        int end() throws Exception {
            return exitCode.get(60, TimeUnit.SECONDS);
        }

        void interrupt() {
            thread.interrupt();
        }

        @Override
        public void close() {
            interrupt();
            exitCode.join();
        }
    }

    private static HttpResponse<String> post(URI address, String body, String... headers)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve("/v1/embeddings"))
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            return client.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void servesTheBuiltInModelUntilItIsToldToEnd() throws Exception {
        try (Serving serving = new Serving(Map.of(), "serve", "--port", "0", "--alias", "clip=pictogram")) {
            HttpResponse<String> answer = post(serving.address(), "{\"model\": \"clip\", \"input\": \"a dog\"}");

            assertEquals(200, answer.statusCode(), answer.body());
            serving.interrupt();
            assertEquals(130, serving.end());
            assertTrue(serving.out.toString(StandardCharsets.UTF_8).contains("\"path\":\"/v1/embeddings\""));
        }
    }

    @Test
    void readsKeysFromAFile() throws Exception {
        Path keys = Files.writeString(temporary.resolve("keys"), "\none\n two \n");
        try (Serving serving = new Serving(Map.of(), "serve", "--port=0", "--api-key-file", keys.toString())) {
            URI address = serving.address();
            assertEquals(401, post(address, "{\"input\": \"a\"}").statusCode());
            assertEquals(
                    200,
                    post(address, "{\"input\": \"a\"}", "authorization", "Bearer two")
                            .statusCode());
        }
    }

    @Test
    void tellsWhatIsWrongInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = String.valueOf(taken.getLocalPort());
            assertFailure(2, "clip: --host 127.0.0.1 --port " + port, "serve", "--port", port);
        }
        assertFailure(
                2, "clip: host 0.0.0.0 can be reached from other machines", "serve", "--port=0", "--host=0.0.0.0");
        assertFailure(2, "clip: --max-body 20XB: expected a size as 20MB", "serve", "--max-body=20XB");
        assertFailure(2, "clip: --alias x: expected ALIAS=MODEL", "serve", "--port=0", "--alias=x");
        assertFailure(2, "clip: alias x: no model is served as y", "serve", "--port=0", "--alias=x=y");
        assertFailure(2, "clip: the queue: expected at least 1", "serve", "--queue=0");
        assertFailure(3, "clip: none.safetensors: no such model file", "serve", "--port=0", "--model=none.safetensors");
        assertFailure(2, "clip: --api-key-file none: no such file", "serve", "--api-key-file=none");
        Path broken = Files.writeString(temporary.resolve("broken.safetensors"), "no model");
        assertFailure(4, "clip: " + broken, "serve", "--port=0", "--model", broken.toString());
        assertFailure(2, "clip: --classifier none: no such file", "serve", "--port=0", "--classifier=none");
        assertFailure(4, "clip: --classifier " + broken, "serve", "--port=0", "--classifier", broken.toString());
    }

    private static void assertFailure(int exitCode, String message, String... args) throws Exception {
        try (Serving serving = new Serving(Map.of(), args)) {
            assertEquals(exitCode, serving.end(), serving.err());
            String last = serving.err().lines().toList().getLast();
            assertTrue(last.startsWith(message), last);
        }
    }
}
