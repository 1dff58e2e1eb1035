package org.clipjava.bench;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.clipjava.bench.Answers.Answer;

/** Requests of one picture each, of some in turn, to a server that speaks OpenAI's embeddings. */
final class PictureLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long REFUSED_WAITS_MILLIS = 100;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<HttpRequest> requests;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * A load.
     *
     * @param embeddings where they are asked for
     * @param pictures encoded
     */
    PictureLoad(URI embeddings, String key, List<byte[]> pictures) {
        this.requests = pictures.stream()
                .map(picture -> HttpRequest.newBuilder(embeddings)
                        .timeout(PATIENCE)
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + key)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body(picture)))
                        .build())
                .toList();
    }

    /** What asks for the embedding of a picture. */
    static byte[] body(byte[] picture) {
        String base64 = Base64.getEncoder().encodeToString(picture);
        return ("{\"input\": [{\"image\": \"" + base64 + "\"}], \"encoding_format\": \"base64\"}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The files of a folder.
     *
     * @throws NoSuchFileException if there is none
     */
    static List<byte[]> pictures(Path folder) throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                pictures.add(Files.readAllBytes(file));
            }
        }
        if (pictures.isEmpty()) {
            throw new NoSuchFileException(folder + "/*");
        }
        return pictures;
    }

    /** The embedding of each picture. */
    float[][] embeddings() throws IOException, InterruptedException {
        float[][] embeddings = new float[requests.size()][];
        for (int i = 0; i < embeddings.length; i++) {
            HttpResponse<String> answer = client.send(requests.get(i), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != Answers.OK) {
                throw new IOException(
                        requests.get(i).uri() + ": expected 200, found " + answer.statusCode() + ": " + answer.body());
            }
            String base64 = JsonParser.parseString(answer.body())
                    .getAsJsonObject()
                    .getAsJsonArray("data")
                    .get(0)
                    .getAsJsonObject()
                    .get("embedding")
                    .getAsString();
            ByteBuffer bytes =
                    ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
            embeddings[i] = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(embeddings[i]);
        }
        return embeddings;
    }

    /** So many clients, each of which asks again as soon as it has its answer; one that is refused waits for a while. */
    Answers closed(int clients, double seconds) {
        Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                threads.execute(() -> {
                    while (System.nanoTime() < end) {
                        Answer answer = ask(System.nanoTime()).join();
                        answers.add(answer);
                        if (answer.status() != Answers.OK) {
                            LockSupport.parkNanos(REFUSED_WAITS_MILLIS * 1_000_000);
                        }
                    }
                });
            }
        }
        return new Answers(start, List.copyOf(answers));
    }

    /**
     * Requests at these moments, whether those before are answered or not. A request's time counts from when it was due, so that a server
     * that keeps the sender waiting does not look better for it.
     *
     * @param arrivals seconds after now, sorted
     */
    Answers open(double[] arrivals) {
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        long start = System.nanoTime();
        for (double arrival : arrivals) {
            long due = start + (long) (arrival * 1e9);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            answers.add(ask(due));
        }
        return new Answers(start, answers.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Answer> ask(long due) {
        HttpRequest request = requests.get(Math.floorMod(next.getAndIncrement(), requests.size()));
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).handle((response, failure) -> {
            long came = System.nanoTime();
            return failure == null
                    ? new Answer(
                            due,
                            came,
                            response.statusCode(),
                            response.headers().firstValue("retry-after").isPresent())
                    : new Answer(due, came, Answers.NO_ANSWER, false);
        });
    }

    @Override
    public void close() {
        client.close();
    }
}
