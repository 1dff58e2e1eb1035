package org.clipjava.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.clipjava.bench.Compare.DisagreementException;
import org.clipjava.bench.OnnxServer.Way;
import org.clipjava.bench.Paired.Spread;
import org.clipjava.bench.ServeResults.Goal;
import org.clipjava.bench.ServedProcess.Memory;
import org.clipjava.measure.GeneratedPhoto;

/**
 * The server of this repository under load: how many pictures it answers beside what the bare engine encodes and what a server on ONNX
 * Runtime answers, in turn; how late below its capacity; what it does above it, and afterwards. Each is a process of its own; this one has
 * the clients, on the same machine.
 */
final class ServeRates {
    /** So many that a batch is always ready. */
    private static final int CLIENTS_TO_FILL = 16;

    private static final int STEADY_CLIENTS = 32;
    private static final double STEADY_LOAD = 0.7;
    private static final double OVERLOAD = 3;

    /** Batches come several pictures at a time, so that a shorter one would see more or less of them by chance. */
    private static final double FULL_SPEED_WINDOW = 5;

    private static final double FULL_SPEED = 0.9;
    private static final int GENERATED = 8;

    private static final Goal OF_BARE = Goal.atLeast(0.9);
    private static final Goal OF_PEER = Goal.atLeast(1.1);
    private static final Goal LATE = Goal.atMost(4);
    private static final Goal ALL = Goal.atLeast(1);
    private static final Goal RECOVERED = Goal.atMost(2);

    /** What a collection leaves differs by less. */
    private static final Goal GROWTH = Goal.atMost(1);

    private final ServeOptions options;
    private final PrintStream out;
    private final ServeResults results = new ServeResults();

    ServeRates(ServeOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException, InterruptedException, DisagreementException {
        check(options.model(), "");
        if (options.onnx().isPresent()) {
            check(
                    options.onnx().get().resolve("vision.onnx"),
                    "export it: python3 vectorbench/export_onnx.py CHECKPOINT_FOLDER");
        }
        Environment environment = Environment.current();
        Optional<Path> generated = options.pictures().isPresent() ? Optional.empty() : Optional.of(generate());
        try {
            Path folder = options.pictures().or(() -> generated).orElseThrow();
            List<byte[]> pictures = PictureLoad.pictures(folder);
            String described = described(pictures);
            out.println(environment.toText() + options.model().getFileName() + "; " + described + "\n");
            out.println(ServeResults.HEADER);
            measure(folder, pictures);
            if (options.json().isPresent()) {
                String model = String.valueOf(options.model().getFileName());
                Files.writeString(options.json().get(), results.toJson(environment, model, described) + "\n");
            }
        } finally {
            if (generated.isPresent()) {
                delete(generated.get());
            }
        }
    }

    private static void check(Path file, String cure) throws NoSuchFileException {
        if (!Files.isRegularFile(file)) {
            throw cure.isEmpty()
                    ? new NoSuchFileException(file.toString())
                    : new NoSuchFileException(file.toString(), null, cure);
        }
    }

    private String described(List<byte[]> pictures) {
        long bytes = pictures.stream().mapToLong(picture -> picture.length).sum();
        return String.format(
                Locale.ROOT,
                "%d pictures of %.0f kB on average%s",
                pictures.size(),
                bytes / 1e3 / pictures.size(),
                options.pictures().isPresent() ? "" : ", generated, about 640x480");
    }

    /** Photos of different sizes, so that none is like another. */
    private static Path generate() throws IOException {
        Path folder = Files.createTempDirectory("vectorbench-serve");
        for (int i = 0; i < GENERATED; i++) {
            Files.write(folder.resolve(i + ".jpg"), GeneratedPhoto.jpeg(612 + 8 * i, 452 + 8 * i));
        }
        return folder;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private void measure(Path folder, List<byte[]> pictures)
            throws IOException, InterruptedException, DisagreementException {
        String model = options.model().toString();
        try (ServedProcess bare = start("bare", model, folder.toString());
                ServedProcess ours = start("ours", model, String.valueOf(options.queue()));
                PictureLoad load = new PictureLoad(ours.embeddings(), "none", pictures)) {
            bare.encode(options.warmUp());
            load.closed(CLIENTS_TO_FILL, options.warmUp());
            double capacity = options.onnx().isPresent()
                    ? besidePeer(bare, load, pictures)
                    : throughput(bare, load, Optional.empty());
            double alone = alone(load);
            steady(load, capacity, alone);
            overload(ours, load, pictures, capacity);
            if (options.idle().isPresent()) {
                idle(load, options.idle().getAsDouble(), alone);
            }
        }
    }

    private double besidePeer(ServedProcess bare, PictureLoad load, List<byte[]> pictures)
            throws IOException, InterruptedException, DisagreementException {
        int best = 0;
        double most = 0;
        List<Way> ways = Way.candidates(Runtime.getRuntime().availableProcessors());
        for (int way = 0; way < ways.size(); way++) {
            try (ServedProcess theirs = peer(way);
                    PictureLoad theirLoad = new PictureLoad(theirs.embeddings(), "none", pictures)) {
                theirLoad.closed(CLIENTS_TO_FILL, options.warmUp() / 2);
                double rate = rate(theirLoad);
                show(
                        "ONNX Runtime, " + ways.get(way) + ", pictures/s",
                        "peer_way_" + way + "_pictures_a_second",
                        rate,
                        ServeResults.shown(rate));
                if (rate > most) {
                    most = rate;
                    best = way;
                }
            }
        }
        try (ServedProcess theirs = peer(best);
                PictureLoad theirLoad = new PictureLoad(theirs.embeddings(), "none", pictures)) {
            Agreement agreement = Agreement.of(load.embeddings(), theirLoad.embeddings());
            if (!agreement.withinTolerance()) {
                throw new DisagreementException(String.format(
                        Locale.ROOT,
                        "the servers' embeddings differ by %.2e; expected at most %.0e; not timed; export the ONNX graph from the "
                                + "model's own weights",
                        agreement.largest(),
                        Agreement.TOLERANCE));
            }
            theirLoad.closed(CLIENTS_TO_FILL, options.warmUp());
            return throughput(bare, load, Optional.of(theirLoad));
        }
    }

    private ServedProcess peer(int way) throws IOException {
        return start(
                "theirs",
                options.model().toString(),
                options.onnx().orElseThrow().resolve("vision.onnx").toString(),
                String.valueOf(way));
    }

    private ServedProcess start(String... arguments) throws IOException {
        return ServedProcess.start(options.javaOptions(), arguments);
    }

    private double rate(PictureLoad load) {
        double seconds = options.seconds();
        double begin = Math.min(1, seconds / 10); // until all clients wait
        Answers answers = load.closed(CLIENTS_TO_FILL, seconds);
        double rate = answers.rate(begin, seconds);
        return rate > 0 ? rate : answers.rate(0, answers.last()); // of a server that was slower than that
    }

    /** Our pictures a second, the median of the rounds. */
    private double throughput(ServedProcess bare, PictureLoad load, Optional<PictureLoad> peer) throws IOException {
        List<Double> bareTimes = new ArrayList<>();
        List<Double> ourTimes = new ArrayList<>();
        List<Double> theirTimes = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            boolean forth = round % 2 == 0; // whatever slows the machine down meets all of them
            if (forth) {
                bareTimes.add(1 / bare.encode(options.seconds()));
            } else if (peer.isPresent()) {
                theirTimes.add(1 / rate(peer.get()));
            }
            ourTimes.add(1 / rate(load));
            if (!forth) {
                bareTimes.add(1 / bare.encode(options.seconds()));
            } else if (peer.isPresent()) {
                theirTimes.add(1 / rate(peer.get()));
            }
        }
        showRates("bare engine", "bare", bareTimes);
        double capacity = showRates("server", "server", ourTimes);
        line(results.addRatio(
                "server / bare engine", "server_by_bare", new Paired(array(ourTimes), array(bareTimes)), OF_BARE));
        if (peer.isPresent()) {
            showRates("server on ONNX Runtime", "peer", theirTimes);
            line(results.addRatio(
                    "server / server on ONNX Runtime",
                    "server_by_peer",
                    new Paired(array(ourTimes), array(theirTimes)),
                    OF_PEER));
        }
        return capacity;
    }

    private double showRates(String who, String key, List<Double> secondsAPicture) {
        Spread rates = Spread.of(
                secondsAPicture.stream().mapToDouble(seconds -> 1 / seconds).toArray());
        show(
                who + ", pictures/s, median (quartiles)",
                key + "_pictures_a_second",
                rates.median(),
                String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", rates.median(), rates.low(), rates.high()));
        return rates.median();
    }

    /** Seconds of a request that meets no other, the median. */
    private double alone(PictureLoad load) {
        double median = Answers.quantile(load.closed(1, options.seconds()).latencies(), 0.5);
        show("a request alone, median", "alone_seconds", median, milliseconds(median));
        return median;
    }

    private void steady(PictureLoad load, double capacity, double alone) {
        double rate = STEADY_LOAD * capacity;
        double seconds = Math.max(options.steady(), STEADY_CLIENTS / rate); // every client asks once at least
        double[] even = load.open(Arrivals.even(rate, seconds)).latencies();
        late("one sender at 70 % of the server's rate", "even", even, alone);
        double[] clients =
                load.open(Arrivals.ofClients(STEADY_CLIENTS, rate, seconds)).latencies();
        late(STEADY_CLIENTS + " clients at 70 %, each at a moment of its own", "clients", clients, alone);
        double[] strangers = load.open(Arrivals.ofStrangers(rate, seconds)).latencies();
        late("strangers at 70 %, at random", "strangers", strangers, alone);
    }

    private void late(String what, String key, double[] latencies, double alone) {
        double median = Answers.quantile(latencies, 0.5);
        double p99 = Answers.quantile(latencies, 0.99);
        show(what + ": median, 99 %", key + "_median_seconds", median, milliseconds(median) + ", " + milliseconds(p99));
        show(what + ": 99 % / alone", key + "_p99_by_alone", p99 / alone, ServeResults.shown(p99 / alone), LATE);
    }

    private void overload(ServedProcess ours, PictureLoad load, List<byte[]> pictures, double capacity)
            throws IOException, InterruptedException {
        Memory before = ours.memory();
        double seconds = options.overload();
        Answers during;
        Answers after;
        // gone when memory is looked at: a connection that is open needs some
        try (PictureLoad strangers = new PictureLoad(ours.embeddings(), "none", pictures)) {
            CompletableFuture<Answers> flood = CompletableFuture.supplyAsync(
                    () -> strangers.open(Arrivals.even(OVERLOAD * capacity, seconds)),
                    task -> Thread.ofPlatform().name("flood").start(task));
            Thread.sleep((long) (1000 * seconds));
            double drained = options.queue() / capacity; // what waits already goes first
            after = load.closed(CLIENTS_TO_FILL, drained + 2 * FULL_SPEED_WINDOW);
            during = flood.join();
        }
        Memory left = ours.memory();

        long refused = during.count(Answers.OVERLOADED);
        double share = (double) refused / during.all().size();
        show(
                "three times the rate for " + ServeResults.shown(seconds) + " s",
                "overload_refused_share",
                share,
                String.format(Locale.ROOT, "%d requests: %s", during.all().size(), during.statuses()));
        double known =
                (double) (refused + during.count(Answers.OK)) / during.all().size();
        show(
                "share that was answered, or refused with 429",
                "overload_known_share",
                known,
                ServeResults.shown(known),
                ALL);
        double says = during.everyRefusalSaysWhenToComeAgain() ? 1 : 0;
        show("every 429 has retry-after", "overload_retry_after", says, says == 1 ? "yes" : "no", ALL);
        show(
                "heap after garbage collection, before and after",
                "overload_heap_growth_bytes",
                (double) (left.heap() - before.heap()),
                megabytes(before.heap()) + ", " + megabytes(left.heap()));
        double growth = (left.heap() - before.heap()) / 1e6;
        show("growth of the heap, MB", "overload_heap_growth_megabytes", growth, ServeResults.shown(growth), GROWTH);
        show(
                "resident memory, before and after",
                "overload_resident_growth_bytes",
                (double) (left.resident() - before.resident()),
                megabytes(before.resident()) + ", " + megabytes(left.resident()));
        OptionalDouble recovered = during.with(after).atRate(FULL_SPEED * capacity, seconds, FULL_SPEED_WINDOW);
        show(
                "after it, seconds until 90 % of the rate are answered again",
                "recovered_seconds",
                recovered.orElse(Double.MAX_VALUE),
                recovered.isPresent() ? ServeResults.shown(recovered.getAsDouble()) : "never",
                RECOVERED);
        double newcomer = after.first().orElse(Double.MAX_VALUE);
        show(
                "after it, seconds until a new request is answered (" + options.queue() + " may wait)",
                "newcomer_seconds",
                newcomer,
                ServeResults.shown(newcomer));
    }

    private void idle(PictureLoad load, double seconds, double alone) throws InterruptedException {
        Thread.sleep((long) (1000 * seconds));
        double first = Answers.quantile(load.open(new double[] {0}).latencies(), 1);
        show(
                "after " + ServeResults.shown(seconds) + " s without a request, the first",
                "after_idle_seconds",
                first,
                milliseconds(first));
        show("the first / alone", "after_idle_by_alone", first / alone, ServeResults.shown(first / alone), LATE);
    }

    private void show(String what, String key, double value, String shown) {
        line(results.add(what, key, value, shown));
    }

    private void show(String what, String key, double value, String shown, Goal goal) {
        line(results.add(what, key, value, shown, goal));
    }

    private void line(String line) {
        out.println(line);
        out.flush();
    }

    private static String milliseconds(double seconds) {
        return String.format(Locale.ROOT, "%.0f ms", 1e3 * seconds);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
