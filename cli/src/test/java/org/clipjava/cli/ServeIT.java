package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code clip serve} as a process, and its end. */
@Tag("thorough")
@Timeout(180)
class ServeIT {
    private static final Pattern ADDRESS = Pattern.compile("clip: listening on (\\S+),.*");
    private static final int CLIENTS = 16;
    private static final int TEXTS = 200;

    /** Lines that a stream has until its end. */
    private static CompletableFuture<List<String>> lines(BufferedReader reader) {
        return CompletableFuture.supplyAsync(
                () -> reader.lines().toList(),
                task -> Thread.ofPlatform().daemon().start(task));
    }

    private static URI address(BufferedReader said) throws IOException {
        String line = said.readLine();
        Matcher matcher = ADDRESS.matcher(line);
        assertTrue(matcher.matches(), line);
        return URI.create(matcher.group(1));
    }

    /** Every text is another one: none comes out of the cache. */
    private static String texts(int request) {
        return IntStream.range(0, TEXTS)
                .mapToObj(i -> "\"text " + i + " of request " + request + "\"")
                .collect(Collectors.joining(",", "{\"input\": [", "]}"));
    }

    /** Clients that ask until the server is gone; counts what they are answered. */
    private static List<Thread> clients(HttpClient client, URI server, AtomicInteger good, AtomicBoolean isOver) {
        AtomicInteger requests = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (!isOver.get()) {
                    HttpRequest request = HttpRequest.newBuilder(server.resolve("/v1/embeddings"))
                            .POST(BodyPublishers.ofString(texts(requests.getAndIncrement())))
                            .build();
                    try {
                        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                        if (answer.statusCode() == 200) {
                            good.incrementAndGet();
                        }
                    } catch (IOException e) {
                        return; // it takes no more
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }));
        }
        return threads;
    }

    private static double waiting(HttpClient client, URI server) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/metrics")).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("clip_waiting_inputs "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ", -1)[1]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatItHasAcceptedIsAnsweredWhenItIsToldToEnd() throws Exception {
        Process process = ClipJar.underThisJava().start("serve", "--port", "0", "--queue", "100000");
        AtomicInteger good = new AtomicInteger();
        AtomicBoolean isOver = new AtomicBoolean();
        List<JsonObject> log;
        try (BufferedReader said = process.errorReader(UTF_8);
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            CompletableFuture<List<String>> logged = lines(process.inputReader(UTF_8));
            URI server = address(said);
            assertEquals("clip: ready", said.readLine());
            List<Thread> clients = clients(client, server, good, isOver);
            while (good.get() < CLIENTS || waiting(client, server) < TEXTS * CLIENTS / 2) {
                Thread.sleep(1);
            }
            process.toHandle().destroy(); // SIGTERM; Process.destroy would close the streams
            assertTrue(process.waitFor(75, TimeUnit.SECONDS), "still running");
            isOver.set(true);
            for (Thread thread : clients) {
                thread.join();
            }
            log = logged.get(10, TimeUnit.SECONDS).stream()
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .filter(line -> line.get("path").getAsString().equals("/v1/embeddings"))
                    .toList();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertEquals(143, process.exitValue());
        assertEquals(
                List.of(),
                log.stream()
                        .filter(line -> line.get("status").getAsInt() != 200)
                        .toList());
        assertEquals(log.size(), good.get(), "answers that the server gave, and that clients got");
    }
}
