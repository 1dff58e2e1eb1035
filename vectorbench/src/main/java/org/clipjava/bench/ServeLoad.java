package org.clipjava.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.clipjava.bench.Options.UsageException;

/**
 * Requests of one picture each to a server that speaks OpenAI's embeddings, begun at an even rate whether those before are answered or
 * not. A request's time counts from when it was due, so that a server that keeps the sender waiting does not look better for it.
 */
final class ServeLoad {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** What a request is noted as that was not answered. */
    private static final int NO_ANSWER = 0;

    private final URI embeddings;
    private final Path pictures;
    private final double rate;
    private final double seconds;
    private final String key;
    private final PrintStream out;

    private record Answer(int status, double seconds) {}

    private ServeLoad(URI embeddings, Path pictures, double rate, double seconds, String key, PrintStream out) {
        this.embeddings = embeddings;
        this.pictures = pictures;
        this.rate = rate;
        this.seconds = seconds;
        this.key = key;
        this.out = out;
    }

    static ServeLoad parse(List<String> arguments, PrintStream out) throws UsageException {
        Options options = Options.parse(arguments, Set.of("--url", "--pictures", "--rate", "--seconds", "--key"));
        String url = options.required("--url");
        try {
            return new ServeLoad(
                    URI.create(url.endsWith("/") ? url + "v1/embeddings" : url + "/v1/embeddings"),
                    Path.of(options.required("--pictures")),
                    rate(options.required("--rate")),
                    options.seconds("--seconds").orElse(30.0),
                    options.text("--key").orElse("none"),
                    out);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--url: expected an address as http://127.0.0.1:8080, found '" + url + "'");
        }
    }

    private static double rate(String text) throws UsageException {
        try {
            double rate = Double.parseDouble(text);
            if (rate > 0 && rate <= 100_000) {
                return rate;
            }
        } catch (NumberFormatException e) {
            throw notRate(text);
        }
        throw notRate(text);
    }

    private static UsageException notRate(String text) {
        return new UsageException("--rate: expected requests a second, above 0, found '" + text + "'");
    }

    void run() throws IOException {
        List<HttpRequest> requests = requests();
        int count = (int) Math.max(1, Math.round(rate * seconds));
        Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        long start;
        long end;
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                long due = start + (long) (i * 1e9 / rate);
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                all.add(client.sendAsync(requests.get(i % requests.size()), HttpResponse.BodyHandlers.discarding())
                        .handle((response, failure) -> failure == null ? response.statusCode() : NO_ANSWER)
                        .thenAccept(status -> answers.add(new Answer(status, (System.nanoTime() - due) / 1e9))));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
            end = System.nanoTime();
        }
        report(List.copyOf(answers), (end - start) / 1e9);
    }

    private List<HttpRequest> requests() throws IOException {
        List<HttpRequest> requests = new ArrayList<>();
        try (Stream<Path> files = Files.list(pictures)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String picture = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
                String body = "{\"input\": [{\"image\": \"" + picture + "\"}], \"encoding_format\": \"base64\"}";
                requests.add(HttpRequest.newBuilder(embeddings)
                        .timeout(PATIENCE)
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + key)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.US_ASCII)))
                        .build());
            }
        }
        if (requests.isEmpty()) {
            throw new NoSuchFileException(pictures + "/*");
        }
        return requests;
    }

    private void report(List<Answer> answers, double took) {
        double[] good = answers.stream()
                .filter(answer -> answer.status == 200)
                .mapToDouble(Answer::seconds)
                .sorted()
                .toArray();
        Map<String, Long> statuses = new TreeMap<>();
        answers.forEach(answer -> statuses.merge(
                answer.status == NO_ANSWER ? "no answer" : String.valueOf(answer.status), 1L, Long::sum));
        out.printf(
                Locale.ROOT,
                "%d requests at %.1f a second, %.1f s until the last answer; statuses %s%n",
                answers.size(),
                rate,
                took,
                statuses);
        if (good.length > 0) {
            out.printf(
                    Locale.ROOT,
                    "%.1f pictures a second; from due to answered: median %.0f ms, 90 %% %.0f ms, 99 %% %.0f ms, longest %.0f ms%n",
                    good.length / took,
                    1e3 * quantile(good, 0.5),
                    1e3 * quantile(good, 0.9),
                    1e3 * quantile(good, 0.99),
                    1e3 * Arrays.stream(good).max().orElseThrow());
        }
    }

    /** Of sorted values: the smallest that at least this share does not exceed. */
    static double quantile(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
