package org.clipjava.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.clipjava.testdata.FakeHub;
import org.clipjava.testdata.FakeHub.Request;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads in processes of their own, which are killed, or compete. */
@Tag("thorough")
class ProcessesTest {
    /** How many are killed; {@code -Dclip.hub.kills=50} for the long run. */
    private static final int KILLS = Integer.getInteger("clip.hub.kills", 10);

    private static final byte[] WEIGHTS = new byte[2_000_000];
    private static final int SECONDS = 60;

    static {
        new Random(1).nextBytes(WEIGHTS);
    }

    @TempDir
    private Path folder;

    /** What is started: downloads, and says when it is about to and when it has. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            HubSettings settings = HubSettings.of(URI.create(args[0]), Path.of(args[1]));
            new Hub(settings, DownloadListener.SILENT).pull(RepoReference.parse(FakeHub.repo()), HubTest.FILES, false);
        }
    }

    @Test
    void killedAgainAndAgainItStillComesToTheRightEnd() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int killed = 0;
        int midBody = 0;
        int rounds = 0;
        try (FakeHub hub = hub().pace(40_000, 12)) {
            while (killed < KILLS) {
                Path cache = folder.resolve("cache" + rounds++);
                boolean complete = false;
                while (!complete && killed < KILLS) {
                    int before = hub.requests().size();
                    long size = incompleteSize(cache);
                    Process child = child(hub, cache);
                    // From before its first request to after its last byte.
                    awaitRequest(hub, before, child);
                    // A busy machine may take longer to the weights than any time that is drawn.
                    while (killed % 2 == 0 && child.isAlive() && incompleteSize(cache) <= size) {
                        Thread.sleep(2);
                    }
                    if (child.waitFor(random.nextInt(700), TimeUnit.MILLISECONDS)) {
                        assertEquals(0, child.exitValue(), "seed " + seed);
                        complete = true;
                    } else {
                        child.destroyForcibly().waitFor();
                        killed++;
                        midBody += incompleteSize(cache) > size ? 1 : 0;
                    }
                    assertEverythingNamedIsWhole(hub, cache, seed);
                }
                assertEquals(0, finish(child(hub, cache)), "seed " + seed);
                assertComplete(cache, seed);
            }
        }
        System.out.printf(
                "seed %d: %d processes killed, %d of them within the weights, %d downloads%n",
                seed, killed, midBody, rounds);
        assertTrue(midBody > KILLS / 5, "seed " + seed + ": killed within the weights only " + midBody);
    }

    @Test
    void ofSeveralAtOnceOneDownloads() throws Exception {
        try (FakeHub hub = hub().pace(100_000, 20)) {
            Path cache = folder.resolve("cache");
            List<Process> children = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                children.add(child(hub, cache));
            }
            for (Process child : children) {
                assertEquals(0, finish(child));
            }
            assertComplete(cache, 0);
            assertEquals(
                    1,
                    hub.requests().stream().filter(Request::atCdn).count(),
                    "the others wait, and take what it has made");
        }
    }

    @Test
    void threadsOfOneProcessWaitForEachOtherToo() throws Exception {
        try (FakeHub hub = hub().pace(100_000, 5)) {
            Path cache = folder.resolve("cache");
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        Child.main(new String[] {hub.endpoint().toString(), cache.toString()});
                    } catch (IOException | RuntimeException e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                assertTrue(thread.join(Duration.ofSeconds(SECONDS)));
            }
            assertEquals(List.of(), failures);
            assertComplete(cache, 0);
            assertEquals(1, hub.requests().stream().filter(Request::atCdn).count());
        }
    }

    private static FakeHub hub() {
        return new FakeHub()
                .small("config.json", "{\"model_type\": \"clip\"}".getBytes(UTF_8))
                .large("model.safetensors", WEIGHTS);
    }

    private static Process child(FakeHub hub, Path cache) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        hub.endpoint().toString(),
                        cache.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int finish(Process child) throws InterruptedException {
        assertTrue(child.waitFor(SECONDS, TimeUnit.SECONDS), "still running");
        return child.exitValue();
    }

    private static void awaitRequest(FakeHub hub, int before, Process child) throws InterruptedException {
        while (hub.requests().size() == before && child.isAlive()) {
            Thread.sleep(2);
        }
    }

    /** What stands under a final name is right, however its maker ended. */
    private static void assertEverythingNamedIsWhole(FakeHub hub, Path cache, long seed) throws IOException {
        Path repo = cache.resolve("models--fake--clip");
        if (!Files.exists(repo)) {
            return;
        }
        try (Stream<Path> files = Files.walk(repo)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                byte[] content = Files.readAllBytes(file);
                if (name.equals(hub.entry("model.safetensors").etag()) || name.equals("model.safetensors")) {
                    assertArrayEquals(WEIGHTS, content, "seed " + seed + ": " + file);
                } else if (name.equals(hub.entry("config.json").etag()) || name.equals("config.json")) {
                    assertArrayEquals(hub.entry("config.json").content(), content, "seed " + seed + ": " + file);
                } else if (name.equals("main")) {
                    assertEquals(FakeHub.COMMIT, new String(content, UTF_8), "seed " + seed);
                    assertComplete(cache, seed); // it is written last
                } else {
                    assertTrue(name.endsWith(".incomplete") || name.endsWith(".tmp"), "seed " + seed + ": " + file);
                }
            }
        }
    }

    private static void assertComplete(Path cache, long seed) throws IOException {
        Path snapshot = cache.resolve("models--fake--clip/snapshots").resolve(FakeHub.COMMIT);
        assertArrayEquals(WEIGHTS, Files.readAllBytes(snapshot.resolve("model.safetensors")), "seed " + seed);
        assertTrue(Files.exists(snapshot.resolve("config.json")), "seed " + seed);
    }

    private static long incompleteSize(Path cache) throws IOException {
        Path blobs = cache.resolve("models--fake--clip/blobs");
        if (!Files.isDirectory(blobs)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(blobs)) {
            Optional<Path> incomplete = files.filter(
                            file -> file.getFileName().toString().matches("[0-9a-f]{64}\\.incomplete"))
                    .findFirst();
            return incomplete.isPresent() ? Files.size(incomplete.get()) : 0;
        }
    }
}
