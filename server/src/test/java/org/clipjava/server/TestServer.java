package org.clipjava.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.clipjava.Clip;
import org.clipjava.testdata.TestData;

/** A server of the small model that clip.jar carries, and a client of it. */
final class TestServer implements AutoCloseable {
    static final Path MODEL = TestData.builtInModel();

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final ClipServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestServer(UnaryOperator<ClipServer.Builder> setUp) {
        try {
            server = setUp.apply(ClipServer.builder().port(0).accessLog(log::add))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has loaded. */
    static TestServer start(UnaryOperator<ClipServer.Builder> setUp) {
        TestServer started = new TestServer(builder -> setUp.apply(builder.model("pictogram", () -> Clip.open(MODEL))));
        started.server.loaded().join();
        return started;
    }

    static TestServer start() {
        return start(builder -> builder);
    }

    /** With other models than the small one; does not wait. */
    static TestServer of(UnaryOperator<ClipServer.Builder> setUp) {
        return new TestServer(setUp);
    }

    static Path picture(String name) {
        return TestData.projectRoot().resolve("src-test-data").resolve(name);
    }

    static String base64(Path file) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ClipServer server() {
        return server;
    }

    List<String> log() {
        return log;
    }

    URI uri(String path) {
        return server.address().resolve(path);
    }

    Reply get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    Reply post(String path, String body, String... headers) {
        return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Reply post(String path, byte[] body, String... headers) {
        return send(
                request(path, headers).POST(BodyPublishers.ofByteArray(body)).build());
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri(path));
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    Reply send(HttpRequest request) {
        try {
            return new Reply(client.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Socket socket() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** All that comes as an answer to these characters, until the server closes. */
    String raw(String request) throws IOException {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        client.close(); // first, for the server gives connections that are kept a second
        server.close();
    }

    /** An answer. */
    record Reply(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        byte[] bytes() {
            return response.body();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        JsonObject json() {
            return element().getAsJsonObject();
        }

        JsonElement element() {
            return JsonParser.parseString(text());
        }

        /** OpenAI's error: status, code and message. */
        String error() {
            JsonObject error = json().getAsJsonObject("error");
            return status() + " " + error.get("code").getAsString() + " "
                    + error.get("message").getAsString();
        }
    }
}
