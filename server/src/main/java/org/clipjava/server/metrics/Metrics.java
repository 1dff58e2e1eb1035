package org.clipjava.server.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Counters and histograms of one server, under the prefix {@code clip_}; times in seconds. Thread-safe. */
public final class Metrics {
    private static final double[] SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();

    private final Histogram requests = Histogram.builder()
            .name("clip_request_duration_seconds")
            .help("From a request's headers to the end of its answer.")
            .unit(Unit.SECONDS)
            .labelNames("route", "status")
            .classicOnly()
            .withoutExemplars()
            .classicUpperBounds(SECONDS)
            .register(registry);

    private final Histogram waiting = Histogram.builder()
            .name("clip_queue_duration_seconds")
            .help("From an input's arrival, or a picture's decoding, to its encoding.")
            .unit(Unit.SECONDS)
            .labelNames("model", "kind")
            .classicOnly()
            .withoutExemplars()
            .classicUpperBounds(SECONDS)
            .register(registry);

    private final Histogram encoding = Histogram.builder()
            .name("clip_encode_duration_seconds")
            .help("The encoding of a batch.")
            .unit(Unit.SECONDS)
            .labelNames("model", "kind")
            .classicOnly()
            .withoutExemplars()
            .classicUpperBounds(SECONDS)
            .register(registry);

    private final Histogram batches = Histogram.builder()
            .name("clip_batch_inputs")
            .help("Inputs that were encoded together.")
            .labelNames("model", "kind")
            .classicOnly()
            .withoutExemplars()
            .classicUpperBounds(1, 2, 4, 8, 16, 32)
            .register(registry);

    private final Histogram decoding = Histogram.builder()
            .name("clip_decode_duration_seconds")
            .help("Decoding and preprocessing of a picture.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .withoutExemplars()
            .classicUpperBounds(SECONDS)
            .register(registry);

    private final Counter cache = Counter.builder()
            .name("clip_text_cache_requests_total")
            .help("Texts that were looked for in the cache.")
            .labelNames("outcome")
            .withoutExemplars()
            .register(registry);

    private final Counter dropped = Counter.builder()
            .name("clip_dropped_inputs_total")
            .help("Inputs that were not encoded, for nobody waited for them any more.")
            .withoutExemplars()
            .register(registry);

    /** A number that is asked for when the metrics are. */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    public void request(String route, int status, Duration duration) {
        requests.labelValues(route, String.valueOf(status)).observe(seconds(duration));
    }

    /** An input was taken out of its queue. */
    public void waited(String model, String kind, Duration duration) {
        waiting.labelValues(model, kind).observe(seconds(duration));
    }

    public void encoded(String model, String kind, int inputs, Duration duration) {
        encoding.labelValues(model, kind).observe(seconds(duration));
        batches.labelValues(model, kind).observe(inputs);
    }

    public void decoded(Duration duration) {
        decoding.observe(seconds(duration));
    }

    public void textLookedUp(boolean hit) {
        cache.labelValues(hit ? "hit" : "miss").inc();
    }

    public void inputDropped() {
        dropped.inc();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** All of them, in Prometheus' text format 0.0.4. */
    public byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape(), EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory, where nothing fails
        }
        return out.toByteArray();
    }
}
