package org.clipjava.bench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.clipjava.measure.Machine;
import org.clipjava.measure.MachineLoad;

/**
 * Where and when something was measured.
 *
 * @param date UTC
 * @param processor its model, as the system names it
 * @param processors that this process may use
 * @param system kernel and architecture
 * @param java version and vendor
 * @param vectorBits of the Vector API's preferred shape
 * @param commit of the source tree that the jar lies in, {@code -dirty} with local changes; the version where there is
 *     none
 * @param loadAverage of the last minute when it began; negative where the system has none
 * @param others processors that other programs kept busy when it began; empty where the system does not say
 */
record Environment(
        Instant date,
        String processor,
        int processors,
        String system,
        String java,
        int vectorBits,
        String commit,
        double loadAverage,
        OptionalDouble others) {
    /** Above it something else is running, in processors. */
    private static final double BUSY = 0.1;

    private static final long LOOK_MILLIS = 500;

    /** This process, and half a second's look at what runs beside it. */
    static Environment current() throws InterruptedException {
        MachineLoad load = new MachineLoad();
        Thread.sleep(LOOK_MILLIS);
        return new Environment(
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                Machine.processor(),
                Runtime.getRuntime().availableProcessors(),
                Machine.system(),
                Machine.java(),
                FmaPeak.vectorBits(),
                commitOfSources().orElseGet(Environment::version),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                load.others());
    }

    boolean busy() {
        // the load average still counts what ended a minute ago, so it is asked only where nothing better is known
        return others.isPresent() ? others.getAsDouble() > BUSY : loadAverage > BUSY * processors;
    }

    String toText() {
        String text = """
                %s, commit %s
                %s, %d processors, %s
                %s, vectors of %d bits
                load average at the start %.2f
                """.formatted(date, commit, processor, processors, system, java, vectorBits, loadAverage);
        return busy() ? text + "WARNING: the machine is busy; measure again when it is idle\n" : text;
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("date", date.toString());
        json.addProperty("commit", commit);
        json.addProperty("processor", processor);
        json.addProperty("processors", processors);
        json.addProperty("system", system);
        json.addProperty("java", java);
        json.addProperty("vector_bits", vectorBits);
        json.addProperty("load_average", loadAverage);
        others.ifPresent(busy -> json.addProperty("processors_busy_with_others", busy));
        json.addProperty("busy", busy());
        return json;
    }

    private static Optional<String> commitOfSources() {
        try {
            Path code = Path.of(Environment.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=10")
                    .directory(Objects.requireNonNull(code.getParent()).toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream out = git.getInputStream()) {
                String answer = new String(out.readAllBytes(), StandardCharsets.UTF_8).trim();
                return git.waitFor() == 0 && !answer.isEmpty() ? Optional.of(answer) : Optional.empty();
            }
        } catch (IOException | URISyntaxException e) {
            return Optional.empty(); // no git, or no source tree around the jar
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String version() {
        String version = Environment.class.getPackage().getImplementationVersion();
        return version != null ? version : "unknown";
    }
}
