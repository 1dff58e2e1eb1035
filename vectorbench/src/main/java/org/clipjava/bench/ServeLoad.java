package org.clipjava.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.clipjava.bench.Options.UsageException;

/**
 * Requests of one picture each to a server that speaks OpenAI's embeddings, begun at an even rate whether those before are answered or
 * not. A request's time counts from when it was due, so that a server that keeps the sender waiting does not look better for it.
 */
final class ServeLoad {
    private final URI embeddings;
    private final Path pictures;
    private final double rate;
    private final double seconds;
    private final String key;
    private final PrintStream out;

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
        try (PictureLoad load = new PictureLoad(embeddings, key, PictureLoad.pictures(pictures))) {
            report(load.open(Arrivals.even(rate, seconds)));
        }
    }

    private void report(Answers answers) {
        double[] good = answers.latencies();
        double took = answers.last();
        out.printf(
                Locale.ROOT,
                "%d requests at %.1f a second, %.1f s until the last answer; statuses %s%n",
                answers.all().size(),
                rate,
                took,
                answers.statuses());
        if (good.length > 0) {
            out.printf(
                    Locale.ROOT,
                    "%.1f pictures a second; from due to answered: median %.0f ms, 90 %% %.0f ms, 99 %% %.0f ms, longest %.0f ms%n",
                    good.length / took,
                    1e3 * Answers.quantile(good, 0.5),
                    1e3 * Answers.quantile(good, 0.9),
                    1e3 * Answers.quantile(good, 0.99),
                    1e3 * good[good.length - 1]);
        }
    }
}
