package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.clipjava.image.PixelTensor;
import org.clipjava.testdata.ChildJvm;
import org.clipjava.testdata.FaultyFiles;
import org.clipjava.testdata.OpenFiles;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many threads, many models one after the other, and closing at the wrong moment. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class EnduranceTest {
    private static final int CALLERS = 16;

    /** {@code -Dclip.endurance.seconds=600} for the long run. */
    private static final int SECONDS = Integer.getInteger("clip.endurance.seconds", 3);

    /** {@code -Dclip.endurance.opens=10000} for the long run. */
    private static final int OPENS = Integer.getInteger("clip.endurance.opens", 60);

    /** {@code -Dclip.endurance.closes=1000} for the long run. */
    private static final int CLOSES = Integer.getInteger("clip.endurance.closes", 200);

    private static final List<String> TEXTS =
            List.of("a", "a photo of a cat", "word ".repeat(100), "", "two words", "three more words");

    @TempDir
    private static Path folder;

    private static Path tiny;

    @BeforeAll
    static void writeTheModel() throws IOException {
        tiny = folder.resolve("tiny.safetensors");
        SyntheticModelFile.of(SyntheticCheckpoint.TINY).write(tiny);
    }

    private static List<PixelTensor> pictures() {
        return IntStream.range(0, 11)
                .mapToObj(i -> PixelTensor.of(64, 64, SyntheticCheckpoint.uniform("picture " + i, 3 * 64 * 64)))
                .toList();
    }

    @Test
    void sixteenThreadsGetWhatOneGetsBitForBit() throws Exception {
        List<PixelTensor> pictures = pictures();
        List<Embedding> images = new ArrayList<>();
        List<Embedding> texts = new ArrayList<>();
        try (Clip alone = Clip.open(tiny, ClipOptions.defaults().withThreads(1))) {
            pictures.forEach(picture -> images.add(alone.encodePixels(picture)));
            TEXTS.forEach(text -> texts.add(alone.encodeText(text)));
        }
        long seed = new Random().nextLong();
        AtomicInteger calls = new AtomicInteger();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withThreads(4));
                ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                Random random = new Random(seed + caller);
                Callable<Void> task = () -> {
                    while (System.nanoTime() < end) {
                        int from = random.nextInt(pictures.size());
                        int to = from + 1 + random.nextInt(pictures.size() - from);
                        assertEquals(
                                images.subList(from, to),
                                clip.encodePixels(pictures.subList(from, to)),
                                "seed " + seed);
                        int text = random.nextInt(TEXTS.size());
                        assertEquals(texts.get(text), clip.encodeText(TEXTS.get(text)), "seed " + seed);
                        calls.addAndGet(2);
                    }
                    return null;
                };
                running.add(callers.submit(task));
            }
            for (Future<?> caller : running) {
                caller.get();
            }
        }
        System.out.println(calls + " calls in " + SECONDS + " s by " + CALLERS + " threads, all bit-identical");
        assertTrue(calls.get() >= CALLERS, calls + " calls");
    }

    @Tag("thorough")
    @Test
    void closingRacesWithCallsAndHarmsNone() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        PixelTensor picture = pictures().getFirst();
        Embedding expected;
        try (Clip clip = Clip.open(tiny)) {
            expected = clip.encodePixels(picture);
        }
        AtomicInteger encoded = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        ClipOptions options = ClipOptions.defaults().withThreads(3).withTowers(Set.of(Tower.IMAGE));
        try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < CLOSES; round++) {
                Clip clip = Clip.open(tiny, options);
                CountDownLatch ready = new CountDownLatch(2);
                Callable<Void> call = () -> {
                    ready.countDown();
                    try {
                        while (true) {
                            assertEquals(expected, clip.encodePixels(picture));
                            encoded.incrementAndGet();
                        }
                    } catch (IllegalStateException closed) {
                        assertEquals("this model is closed", closed.getMessage());
                        refused.incrementAndGet();
                        return null;
                    }
                };
                List<Future<Void>> calls = List.of(callers.submit(call), callers.submit(call));
                ready.await();
                long until = System.nanoTime() + random.nextInt(1_000_000);
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                clip.close();
                for (Future<Void> future : calls) {
                    future.get();
                }
            }
        }
        assertEquals(2 * CLOSES, refused.get(), "seed " + seed);
        assertTrue(encoded.get() > 0, "no call came before its close");
    }

    @Test
    void goesOnWhereTheExecutorIsShutDownMeanwhileOrRunsOnTheCaller() throws Exception {
        String text = "a photo of a cat";
        Embedding expected;
        try (Clip clip = Clip.open(tiny)) {
            expected = clip.encodeText(text);
        }
        try (ThreadPoolExecutor full = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>(), new ThreadPoolExecutor.CallerRunsPolicy())) {
            try (Clip clip =
                    Clip.open(tiny, ClipOptions.defaults().withThreads(4).withExecutor(full))) {
                assertEquals(expected, clip.encodeText(text));
                full.shutdownNow();
                assertEquals(expected, clip.encodeText(text));
            }
        }
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withThreads(4).withExecutor(task -> {}))) {
            assertEquals(expected, clip.encodeText(text)); // what is given to it is lost
        }
    }

    /** Opens and closes, every third time a file that can't be read to its end, and says what the process then holds. */
    static final class OpenAndClose {
        private OpenAndClose() {}

        public static void main(String[] args) throws IOException {
            Path file = Path.of(args[0]);
            int opens = Integer.parseInt(args[1]);
            openAndClose(file, Math.max(30, opens / 20));
            long[] before = held();
            openAndClose(file, opens);
            long[] after = held();
            System.out.println(Arrays.toString(before) + " " + Arrays.toString(after));
        }

        private static void openAndClose(Path file, int times) throws IOException {
            for (int i = 0; i < times; i++) {
                if (i % 3 == 0) {
                    Path failing = FaultyFiles.failingAt(1 + i % 60).path(file);
                    assertThrows(IOException.class, () -> Clip.open(failing).close());
                    continue;
                }
                try (Clip clip = Clip.open(file, ClipOptions.defaults().withThreads(3))) {
                    clip.encodeText("a cat");
                }
            }
        }

        /** Kilobytes of native memory outside the heap, threads, files. */
        private static long[] held() throws IOException {
            System.gc();
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(ProcessHandle.current().pid()),
                            "VM.native_memory",
                            "summary")
                    .redirectErrorStream(true)
                    .start();
            jcmd.getOutputStream().close();
            String summary = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            jcmd.getInputStream().close();
            jcmd.getErrorStream().close();
            return new long[] {
                committed(summary, "Other"),
                committed(summary, "Internal"),
                Thread.getAllStackTraces().size(),
                OpenFiles.now().stream().filter(name -> name.startsWith("/")).count()
            };
        }

        private static long committed(String summary, String category) {
            Matcher matcher = Pattern.compile("- +" + category + " \\(reserved=\\d+KB, committed=(\\d+)KB")
                    .matcher(summary);
            return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        }
    }

    @Tag("thorough")
    @Test
    void openingAndClosingLeavesNoMemoryNoThreadAndNoFile() throws Exception {
        ChildJvm.Run run = ChildJvm.onThisClassPath(
                        "-XX:NativeMemoryTracking=summary", "-Xmx256m", "--add-modules", "jdk.incubator.vector")
                .run(OpenAndClose.class.getName(), tiny.toString(), Integer.toString(OPENS));
        assertEquals(0, run.exitCode(), run.err());
        System.out.println(OPENS + " times opened and closed; [KB of arenas and buffers, KB internal, threads, files]: "
                + run.out().strip());
        long[] held = Arrays.stream(
                        run.out().strip().replaceAll("[^0-9]+", " ").strip().split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        assertEquals(8, held.length, run.out());
        // one model takes ten times as much
        assertTrue(held[4] <= held[0] + 1024, run.out());
        assertTrue(held[5] <= held[1] + 1024, run.out());
        assertEquals(held[2], held[6], run.out());
        assertEquals(held[3], held[7], run.out());
        assertTrue(Files.size(tiny) > 10 << 20, "a model that is too small to be missed");
    }
}
