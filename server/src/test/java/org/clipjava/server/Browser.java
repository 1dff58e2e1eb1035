package org.clipjava.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium with one page, spoken to by the DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final long SECONDS = 60;

    private final Process process;
    private final HttpClient client;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Browser(Process process, Path profile) throws Exception {
        this.process = process;
        this.client = HttpClient.newHttpClient();
        int port = port(profile);
        HttpRequest open = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        String target = client.send(open, HttpResponse.BodyHandlers.ofString()).body();
        URI address = URI.create(JsonParser.parseString(target)
                .getAsJsonObject()
                .get("webSocketDebuggerUrl")
                .getAsString());
        this.socket =
                client.newWebSocketBuilder().buildAsync(address, new Listener()).get(SECONDS, TimeUnit.SECONDS);
        call("Page.enable", "{}");
        call("Runtime.enable", "{}");
        call("Log.enable", "{}");
    }

    /** The browser that is installed, if one is. */
    static Optional<Path> installed() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Browser start(Path executable, Path profile) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                executable.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + profile,
                "about:blank"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return new Browser(process, profile);
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private int port(Path profile) throws IOException, InterruptedException {
        Path file = profile.resolve("DevToolsActivePort");
        for (int i = 0; i < SECONDS * 20; i++) {
            if (Files.exists(file) && !Files.readAllLines(file).isEmpty()) {
                return Integer.parseInt(Files.readAllLines(file).getFirst());
            }
            Thread.sleep(50);
        }
        throw new IOException("the browser does not start");
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject message = JsonParser.parseString(text.toString()).getAsJsonObject();
                text.setLength(0);
                if (message.has("id")) {
                    answers.remove(message.get("id").getAsInt()).complete(message);
                } else {
                    note(message);
                }
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void note(JsonObject event) {
        String method = event.get("method").getAsString();
        if (method.equals("Runtime.exceptionThrown") || method.equals("Log.entryAdded")) {
            complaints.add(event.getAsJsonObject("params").toString());
        }
    }

    /** What scripts threw and the browser logged, such as what a policy forbids. */
    List<String> complaints() {
        return complaints;
    }

    JsonObject call(String method, String parameters) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText("{\"id\": %d, \"method\": \"%s\", \"params\": %s}".formatted(id, method, parameters), true)
                .get(SECONDS, TimeUnit.SECONDS);
        JsonObject message = answer.get(SECONDS, TimeUnit.SECONDS);
        if (message.has("error")) {
            throw new AssertionError(method + ": " + message.get("error"));
        }
        return message.getAsJsonObject("result");
    }

    void open(URI address) throws Exception {
        call("Page.navigate", "{\"url\": \"%s\"}".formatted(address));
        await("document.readyState === 'complete' && location.href.startsWith('http')");
    }

    /** The value of a JavaScript expression. */
    JsonElement value(String expression) throws Exception {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("expression", expression);
        parameters.addProperty("returnByValue", true);
        parameters.addProperty("awaitPromise", true);
        JsonObject result = call("Runtime.evaluate", parameters.toString());
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.getAsJsonObject("result").get("value");
    }

    String text(String expression) throws Exception {
        return value(expression).getAsString();
    }

    /** Until a JavaScript expression is true. */
    void await(String expression) throws Exception {
        for (int i = 0; i < SECONDS * 20; i++) {
            if (value("!!(" + expression + ")").getAsBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("never: " + expression + "; status: " + text("document.body.innerText"));
    }

    /** Chooses files as a person would. */
    void choose(String selector, Path... files) throws Exception {
        JsonObject document = call("DOM.getDocument", "{}");
        int root = document.getAsJsonObject("root").get("nodeId").getAsInt();
        int node = call("DOM.querySelector", "{\"nodeId\": %d, \"selector\": \"%s\"}".formatted(root, selector))
                .get("nodeId")
                .getAsInt();
        String names = Stream.of(files)
                .map(file -> "\"" + file.toAbsolutePath() + "\"")
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        call("DOM.setFileInputFiles", "{\"nodeId\": %d, \"files\": [%s]}".formatted(node, names));
    }

    void screenshot(Path file) throws Exception {
        JsonObject shot = call("Page.captureScreenshot", "{\"captureBeyondViewport\": true}");
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.get("data").getAsString()));
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit().join()); // they write to the profile until then
    }
}
