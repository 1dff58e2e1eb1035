package org.clipjava.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.bench.Paired.Spread;
import org.clipjava.bench.ServeResults.Goal;
import org.clipjava.measure.GeneratedPhoto;

/** How long {@code clip.jar serve} takes from its start to its first answer, on the built-in model: the whole process, as users start it. */
final class ServeStart {
    private static final Pattern ADDRESS = Pattern.compile("clip: listening on (\\S+),.*");
    private static final Goal FIRST_ANSWER = Goal.atMost(1.5);
    private static final long AGAIN_MILLIS = 5;

    private final Path jar;
    private final int repetitions;
    private final PrintStream out;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Seconds since the process was started. */
    private record Started(double listening, double answered) {}

    private ServeStart(Path jar, int repetitions, PrintStream out) {
        this.jar = jar;
        this.repetitions = repetitions;
        this.out = out;
    }

    static ServeStart parse(List<String> arguments, PrintStream out) throws UsageException {
        Options options = Options.parse(arguments, Set.of("--jar", "--repetitions"));
        return new ServeStart(
                Path.of(options.required("--jar")),
                options.count("--repetitions").orElse(11),
                out);
    }

    void run() throws IOException, InterruptedException {
        if (!Files.isRegularFile(jar)) {
            throw new NoSuchFileException(jar.toString());
        }
        out.println(Environment.current().toText());
        String text = "{\"input\": \"a dog\"}";
        byte[] photo = GeneratedPhoto.jpeg(640, 480);
        String picture = new String(PictureLoad.body(photo), StandardCharsets.US_ASCII);
        once(picture); // after which the JVM archives the classes, as after any server
        once(text);
        List<Double> listening = new ArrayList<>();
        List<Double> texts = new ArrayList<>();
        List<Double> pictures = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            Started first = once(text);
            listening.add(first.listening);
            texts.add(first.answered);
            pictures.add(once(picture).answered);
        }
        client.close();
        ServeResults results = new ServeResults();
        out.println(ServeResults.HEADER);
        out.println(results.add("listens", "listening_seconds", median(listening), shown(listening)));
        out.println(results.add(
                "has answered, a text", "text_answered_seconds", median(texts), shown(texts), FIRST_ANSWER));
        out.println(results.add(
                "has answered, a picture",
                "picture_answered_seconds",
                median(pictures),
                shown(pictures),
                FIRST_ANSWER));
    }

    private ProcessBuilder clip(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }

    private static double median(List<Double> seconds) {
        return spread(seconds).median();
    }

    private static String shown(List<Double> seconds) {
        Spread spread = spread(seconds);
        return String.format(Locale.ROOT, "%.2f s (%.2f to %.2f)", spread.median(), spread.low(), spread.high());
    }

    private static Spread spread(List<Double> seconds) {
        return Spread.of(seconds.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private Started once(String body) throws IOException, InterruptedException {
        ProcessBuilder builder = clip("serve", "--port", "0");
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            BufferedReader said = process.errorReader(StandardCharsets.UTF_8);
            URI address = address(said);
            double listening = since(start);
            Thread.ofPlatform().daemon().start(() -> drain(said));
            HttpRequest request = HttpRequest.newBuilder(address.resolve("/v1/embeddings"))
                    .POST(BodyPublishers.ofString(body))
                    .build();
            int status = ask(request);
            while (status == 503) { // it is loading
                Thread.sleep(AGAIN_MILLIS);
                status = ask(request);
            }
            if (status != 200) {
                throw new IOException(request.uri() + ": expected 200, found " + status);
            }
            return new Started(listening, since(start));
        } finally {
            process.toHandle().destroy(); // leaves its streams open
            process.waitFor();
        }
    }

    private static URI address(BufferedReader said) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher matcher = ADDRESS.matcher(line);
            if (matcher.matches()) {
                return URI.create(matcher.group(1));
            }
            all.append(line).append(' ');
        }
        throw new IOException("the server has ended: " + all);
    }

    private static void drain(BufferedReader said) {
        try {
            said.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int ask(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
