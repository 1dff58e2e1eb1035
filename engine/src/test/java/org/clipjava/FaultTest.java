package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.clipjava.image.ImageDecoder;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.ChildJvm;
import org.clipjava.testdata.FaultyFiles;
import org.clipjava.testdata.OpenFiles;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that fail, files that shrink, threads that are interrupted, memory that ends. */
@Timeout(900)
class FaultTest {
    private static final String TEXT = "a photo of a cat";
    private static final ClipOptions SMALL = ClipOptions.defaults().withThreads(2);

    @TempDir
    private static Path folder;

    private static Path tiny;
    private static Embedding expected;

    @BeforeAll
    static void writeTheModel() throws IOException {
        tiny = folder.resolve("tiny.safetensors");
        SyntheticModelFile.of(SyntheticCheckpoint.TINY).write(tiny);
        try (Clip clip = Clip.open(tiny, SMALL)) {
            expected = clip.encodeText(TEXT);
        }
    }

    @Tag("thorough")
    @Test
    void aReadThatFailsIsAnIoExceptionAndLeavesNothingOpenWhicheverItIs() throws IOException {
        FaultyFiles whole = FaultyFiles.with((n, bytes) -> bytes);
        Clip.open(whole.path(tiny), SMALL).close();
        List<String> before = OpenFiles.now();

        for (int n = 1; n <= whole.operations(); n++) {
            Path failing = FaultyFiles.failingAt(n).path(tiny);
            IOException e = assertThrows(
                    IOException.class, () -> Clip.open(failing, SMALL).close());
            assertEquals("fault " + n + " of a test", e.getMessage());
        }

        assertTrue(whole.operations() > 50, whole.operations() + " reads");
        assertEquals(before, OpenFiles.now());
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4096})
    void shortReadsChangeNothing(int part) throws IOException {
        // a third of what is wanted, or no more than so many bytes
        FaultyFiles halting =
                FaultyFiles.with((n, bytes) -> Math.max(1, part == 3 ? bytes / part : Math.min(bytes, part)));
        try (Clip clip = Clip.open(halting.path(tiny), SMALL)) {
            assertEquals(expected, clip.encodeText(TEXT));
        }
    }

    @Test
    void aModelThatShrinksWhileItIsReadIsATypedErrorWheneverItDoes() throws IOException {
        FaultyFiles whole = FaultyFiles.with((n, bytes) -> bytes);
        Clip.open(whole.path(tiny), SMALL).close();
        byte[] bytes = Files.readAllBytes(tiny);
        Path shrinking = folder.resolve("shrinking.safetensors");

        for (int n = 1; n <= whole.operations(); n += 1 + n / 8) {
            Files.write(shrinking, bytes);
            int when = n;
            FaultyFiles files = FaultyFiles.with((operation, wanted) -> {
                if (operation == when) {
                    try (FileChannel channel = FileChannel.open(shrinking, StandardOpenOption.WRITE)) {
                        channel.truncate(4);
                    }
                }
                return wanted;
            });
            ModelFormatException e = assertThrows(
                    ModelFormatException.class,
                    () -> Clip.open(files.path(shrinking), SMALL).close());
            assertTrue(e.getMessage().endsWith("the file became shorter while it was read; open it again"));
        }
    }

    @Test
    void aModelThatIsReplacedWhileItIsReadStaysTheOldOne() throws IOException {
        Path replaced = Files.copy(tiny, folder.resolve("replaced.safetensors"));
        FaultyFiles files = FaultyFiles.with((n, bytes) -> {
            if (n == 10) {
                Files.move(
                        Files.write(folder.resolve("other"), new byte[10]),
                        replaced,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            return bytes;
        });
        try (Clip clip = Clip.open(files.path(replaced), SMALL)) {
            assertEquals(expected, clip.encodeText(TEXT));
        }
    }

    @Test
    void aWriteThatFailsLeavesNeitherAFileNorAHalfOfOne() throws IOException {
        Path own = Files.createDirectory(folder.resolve("classifiers"));
        Path target = own.resolve("labels.safetensors");
        try (Clip clip = Clip.open(tiny, SMALL)) {
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, List.of("cat", "dog"));
            FaultyFiles whole = FaultyFiles.with((n, bytes) -> bytes);
            classifier.save(whole.path(target));
            Files.delete(target);
            for (int n = 1; n <= whole.operations(); n++) {
                Path failing = FaultyFiles.failingAt(n).path(target);
                assertThrows(IOException.class, () -> classifier.save(failing));
                try (Stream<Path> left = Files.list(own)) {
                    assertEquals(List.of(), left.toList());
                }
            }
            classifier.save(FaultyFiles.with((n, bytes) -> 1).path(target)); // byte by byte
            assertEquals(
                    classifier.labels(), ZeroShotClassifier.load(target, clip).labels());
            for (int n = 1; n <= 2; n++) {
                Path failing = FaultyFiles.failingAt(n).path(target);
                assertThrows(IOException.class, () -> ZeroShotClassifier.load(failing, clip));
            }
        }
    }

    @Test
    void aPictureThatCanNotBeReadIsAnIoExceptionAndShortReadsChangeNothing() throws IOException {
        Path picture = TestData.committed().path("images/coffee_small_150x100.png");
        ImageDecoder decoder = ImageDecoder.standard();
        byte[] pixels = decoder.decode(picture).rgb();
        List<String> before = OpenFiles.now();
        assertArrayEquals(
                pixels,
                decoder.decode(FaultyFiles.with((n, bytes) -> Math.min(bytes, 7))
                                .path(picture))
                        .rgb());
        FaultyFiles whole = FaultyFiles.with((n, bytes) -> bytes);
        decoder.decode(whole.path(picture));
        for (int n = 1; n <= whole.operations(); n++) {
            Path failing = FaultyFiles.failingAt(n).path(picture);
            assertThrows(IOException.class, () -> decoder.decode(failing));
        }
        assertThrows(
                IOException.class,
                () -> decoder.decode(
                        new SequenceInputStream(new ByteArrayInputStream(new byte[10]), InputStream.nullInputStream()) {
                            @Override
                            public int read(byte[] target, int offset, int length) throws IOException {
                                throw new IOException("of a test");
                            }
                        },
                        "in"));
        assertEquals(before, OpenFiles.now());
    }

    /** In a JVM of its own, since it would be that which dies. */
    static final class TruncatedInUse {
        private TruncatedInUse() {}

        public static void main(String[] args) throws IOException {
            Path file = Path.of(args[0]);
            try (Clip clip = Clip.open(file, SMALL)) {
                Embedding before = clip.encodeText(TEXT);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(0);
                }
                for (int i = 0; i < 20; i++) {
                    assertEquals(before, clip.encodeText(TEXT));
                }
            }
            System.out.println("alive");
        }
    }

    @Test
    void aModelThatShrinksInUseHarmsNothing() throws Exception {
        Path copy = Files.copy(tiny, folder.resolve("in-use.safetensors"));
        ChildJvm.Run run = ChildJvm.onThisClassPath("--add-modules", "jdk.incubator.vector")
                .run(TruncatedInUse.class.getName(), copy.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("alive", run.out().strip());
    }

    @Test
    void anInterruptAtAnyTimeChangesNoResult() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (Clip clip = Clip.open(tiny, SMALL)) {
            for (int round = 0; round < 100; round++) {
                AtomicReference<Embedding> found = new AtomicReference<>();
                CountDownLatch started = new CountDownLatch(1);
                Thread caller = Thread.ofPlatform().start(() -> {
                    started.countDown();
                    found.set(clip.encodeText(TEXT));
                });
                started.await();
                long until = System.nanoTime() + random.nextInt(3_000_000);
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                caller.interrupt();
                caller.join();
                assertEquals(expected, found.get(), "seed " + seed + ", round " + round);
            }
        }
    }

    @Test
    void anInterruptIsNotForgotten() throws IOException {
        try (Clip clip = Clip.open(tiny, SMALL)) {
            Thread.currentThread().interrupt();
            assertEquals(expected, clip.encodeText(TEXT));
            assertTrue(Thread.interrupted());
        }
    }

    @Tag("thorough")
    @Test
    void anInterruptWhileItOpensIsAnIoExceptionOrNothing() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> before = OpenFiles.now();
        for (int round = 0; round < 40; round++) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            CountDownLatch started = new CountDownLatch(1);
            Thread opening = Thread.ofPlatform().start(() -> {
                started.countDown();
                try (Clip clip = Clip.open(tiny, SMALL)) {
                    assertEquals(expected, clip.encodeText(TEXT));
                } catch (IOException e) {
                    assertTrue(Thread.currentThread().isInterrupted());
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            started.await();
            Thread.sleep(random.nextInt(30));
            opening.interrupt();
            opening.join();
            if (failure.get() != null) {
                throw new AssertionError("seed " + seed + ", round " + round, failure.get());
            }
        }
        assertEquals(before, OpenFiles.now());
    }

    /** Leaves less and less heap, and sees to it that what fails can be done once there is more. */
    static final class LittleHeap {
        private LittleHeap() {}

        public static void main(String[] args) throws IOException {
            Path file = Path.of(args[0]);
            int failed = 0;
            Embedding first;
            try (Clip clip = Clip.open(file, SMALL)) {
                first = clip.encodeText(TEXT);
            }
            for (int kilobytes = 12_000; kilobytes >= 0; kilobytes -= 3_000) {
                // a new one each time, so that it has no buffers yet
                try (Clip clip = Clip.open(file, SMALL)) {
                    try {
                        Ballast.leaving(kilobytes / 4, () -> clip.encodeText(TEXT.repeat(15)));
                    } catch (OutOfMemoryError e) {
                        failed++;
                    }
                    assertEquals(first, clip.encodeText(TEXT));
                }
                try {
                    Ballast.leaving(2 * kilobytes, () -> open(file));
                } catch (OutOfMemoryError e) {
                    failed++;
                }
            }
            assertNothingIsLeft();
            System.out.println(failed);
        }
    }

    private static void open(Path file) {
        try {
            Clip.open(file, SMALL).close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertNothingIsLeft() {
        assertEquals(
                0,
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("clip-"))
                        .count());
        assertTrue(OpenFiles.now().stream().noneMatch(name -> name.endsWith(".safetensors")));
    }

    @Tag("thorough")
    @Test
    void whateverRunsOutOfHeapCanBeDoneAgainOnceThereIsMore() throws Exception {
        ChildJvm.Run run = ChildJvm.onThisClassPath(
                        "-Xmx48m", "-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector")
                .run(LittleHeap.class.getName(), tiny.toString());
        assertEquals(0, run.exitCode(), run.err());
        int failed = Integer.parseInt(run.out().strip());
        assertTrue(failed > 1 && failed < 10, failed + " of 10 calls ran out of memory");
    }
}
