package org.clipjava.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another program that is busy: a JVM of its own, of which so many threads never rest. It computes in registers alone, so that what is
 * measured beside it shares processors with it and not memory.
 */
final class CompetingLoad implements AutoCloseable {
    private static final String READY = "busy";
    private static final int ROUNDS = 1 << 20;

    /** That the loops' results are used. */
    private static final AtomicLong RESULT = new AtomicLong();

    private final Process process;
    private final long begun;
    private final Duration usedBefore;

    private CompetingLoad(Process process) {
        this.process = process;
        this.begun = System.nanoTime();
        this.usedBefore = used(process);
    }

    /**
     * Returns when it is busy.
     *
     * @throws IOException if it does not start
     */
    static CompetingLoad start(int threads) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CompetingLoad.class.getName(),
                        Integer.toString(threads))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
            String answer = answers.readLine();
            if (!READY.equals(answer)) {
                throw new IOException("a competing load of " + threads + " threads: expected '" + READY + "', found '"
                        + answer + "'");
            }
            return new CompetingLoad(process);
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /**
     * Processors that it had on average since it was busy; empty where the system does not say. A pause of this thread makes it less
     * and never more.
     */
    OptionalDouble processors() {
        Duration used = used(process).minus(usedBefore);
        double seconds = (System.nanoTime() - begun) * 1e-9;
        return used.isZero() ? OptionalDouble.empty() : OptionalDouble.of(used.toNanos() * 1e-9 / seconds);
    }

    private static Duration used(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The other program. It ends with its input, so that it does not outlive who started it. */
    public static void main(String[] args) throws IOException {
        int threads = Integer.parseInt(args[0]);
        for (int i = 0; i < threads; i++) {
            long seed = i + 1L;
            Thread.ofPlatform().daemon().start(() -> {
                while (true) {
                    RESULT.addAndGet(turn(seed));
                }
            });
        }
        System.out.println(READY);
        System.out.flush();
        System.in.transferTo(OutputStream.nullOutputStream());
    }

    private static long turn(long seed) {
        long x = seed;
        for (int i = 0; i < ROUNDS; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return x;
    }
}
