package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ImagePipelineTest {
    private static final int BATCH = 8;

    private static final ImagePreprocessor PREPROCESSOR = new ImagePreprocessor(PreprocessorConfig.clip(8));
    private static final RgbImage DOT = RgbImage.of(1, 1, new byte[3]);

    @TempDir
    Path folder;

    /** A decoder that is told by the file's name what to do. */
    private interface Decoding extends ImageDecoder {
        RgbImage named(String name) throws IOException, InterruptedException;

        @Override
        default RgbImage decode(byte[] encoded, String name) throws IOException {
            try {
                return named(Path.of(name).getFileName().toString());
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }
    }

    @Test
    void keepsTheOrderOfTheInputsFailuresIncluded() throws Exception {
        List<ImageSource> inputs = inputs(50);
        Decoding decoder = name -> {
            int number = Integer.parseInt(name);
            Thread.sleep(number * 37 % 5); // some are done before those ahead of them
            if (number % 7 == 3) {
                throw new IOException(folder.resolve(name) + ": number " + number);
            }
            return DOT;
        };
        List<Prepared<ImageSource>> prepared = new ArrayList<>();
        try (ImagePipeline<ImageSource> images = start(inputs, decoder, 4)) {
            images.preprocessWith(PREPROCESSOR);
            for (List<Prepared<ImageSource>> batch = images.next(); !batch.isEmpty(); batch = images.next()) {
                assertTrue(batch.size() <= BATCH);
                prepared.addAll(batch);
            }
            assertEquals(List.of(), images.next());
        }
        assertEquals(inputs, prepared.stream().map(Prepared::source).toList());
        Prepared.Unreadable<?> failure = assertInstanceOf(Prepared.Unreadable.class, prepared.get(3));
        assertEquals(folder.resolve("3") + ": number 3", failure.cause().getMessage());
        assertInstanceOf(Prepared.Pixels.class, prepared.get(4));
    }

    @RepeatedTest(20) // which thread comes first is chance
    void handsOutAReadyPictureThoughTheNextIsNot() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        Decoding decoder = name -> {
            if (name.equals("1")) {
                later.await();
            }
            return DOT;
        };
        List<ImageSource> inputs = inputs(2);
        try (ImagePipeline<ImageSource> images = start(inputs, decoder, 2)) {
            images.preprocessWith(PREPROCESSOR);
            assertEquals(
                    inputs.subList(0, 1),
                    images.next().stream().map(Prepared::source).toList());
            later.countDown();
            assertEquals(
                    inputs.subList(1, 2),
                    images.next().stream().map(Prepared::source).toList());
        }
    }

    @Test
    void handsOutTogetherWhatIsReadyTogether() throws Exception {
        CountDownLatch decoded = new CountDownLatch(2 * BATCH);
        Decoding decoder = name -> {
            decoded.countDown();
            return DOT;
        };
        try (ImagePipeline<ImageSource> images = start(inputs(40), decoder, 2)) {
            images.preprocessWith(PREPROCESSOR);
            decoded.await();
            while (threads("clip-decoder").stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
                Thread.sleep(1);
            }
            assertEquals(BATCH, images.next().size());
        }
    }

    @RepeatedTest(20) // which thread comes first is chance
    void handsOutFullBatchesWhereTheyAreWantedFull() throws Exception {
        Decoding decoder = name -> {
            Thread.sleep(Integer.parseInt(name) % 3);
            return DOT;
        };
        List<Integer> sizes = new ArrayList<>();
        try (ImagePipeline<ImageSource> images = start(inputs(19), decoder, 3)) {
            images.preprocessWith(PREPROCESSOR);
            List<Prepared<ImageSource>> batch;
            do {
                batch = images.nextFull();
                sizes.add(batch.size());
            } while (!batch.isEmpty());
        }
        assertEquals(List.of(BATCH, BATCH, 3, 0), sizes);
    }

    @Test
    void goesAheadNoFurtherThanItsBound() throws Exception {
        AtomicInteger decoded = new AtomicInteger();
        Decoding decoder = name -> {
            decoded.incrementAndGet();
            return DOT;
        };
        try (ImagePipeline<ImageSource> images = start(inputs(60), decoder, 3)) {
            images.preprocessWith(PREPROCESSOR);
            int taken = 0;
            for (List<Prepared<ImageSource>> batch = images.next(); !batch.isEmpty(); batch = images.next()) {
                taken += batch.size();
                Thread.sleep(5);
                assertTrue(decoded.get() <= taken + 2 * BATCH, decoded + " after " + taken);
            }
            assertEquals(60, taken);
        }
    }

    @Test
    void decodesLargePicturesOneAtATime() throws Exception {
        // Headers of many pixels; of what follows nothing is read here.
        byte[] large = Files.readAllBytes(TestData.committed().path("images/coffee_1x1.png"));
        large[18] = large[22] = 0x20; // 8193 x 8193, beyond the bound
        List<ImageSource> inputs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            inputs.add(ImageSource.of(Files.write(folder.resolve(Integer.toString(i)), large)));
        }
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Decoding decoder = name -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            Thread.sleep(5);
            atOnce.decrementAndGet();
            return DOT;
        };
        try (ImagePipeline<ImageSource> images = start(inputs, decoder, 4)) {
            images.preprocessWith(PREPROCESSOR);
            while (!images.next().isEmpty()) {}
        }
        assertEquals(1, most.get());
    }

    @Test
    void decodesTheFirstBeforeThePreprocessorIsKnown() throws Exception {
        CountDownLatch decoded = new CountDownLatch(1);
        Decoding decoder = name -> {
            decoded.countDown();
            return DOT;
        };
        try (ImagePipeline<ImageSource> images = start(inputs(1), decoder, 1)) {
            decoded.await();
            images.preprocessWith(PREPROCESSOR);
            assertEquals(1, images.next().size());
        }
    }

    /** Whether the model is open already decides nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb_420.jpg",
                "rgb_420_progressive.jpg",
                "exif6.jpg",
                "rgb_sampling_1x2.jpg",
                "cmyk.jpg",
                "small.png"
            })
    void givesTheSamePixelsWhetherTheModelIsOpenOrNot(String name) throws Exception {
        ImageSource source =
                ImageSource.of(TestData.committed().path("decoding").resolve(name));
        float[] expected =
                PREPROCESSOR.preprocess(source.decode(ImageDecoder.standard())).values();
        // The second's turn comes when the first is done, and the preprocessor known.
        try (ImagePipeline<ImageSource> images = start(List.of(source, source), ImageDecoder.standard(), 1)) {
            while (threads("clip-decoder").stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
                Thread.sleep(1); // until the first is decoded
            }
            images.preprocessWith(PREPROCESSOR);
            for (Prepared<ImageSource> image : images.nextFull()) {
                PixelTensor pixels =
                        assertInstanceOf(Prepared.Pixels.class, image).tensor();
                assertArrayEquals(expected, pixels.values());
            }
        }
    }

    @Test
    void keepsTheOrderOfPicturesThatCanNotBeOpened() throws Exception {
        Decoding decoder = name -> {
            Thread.sleep(2);
            return DOT;
        };
        List<ImageSource> inputs = new ArrayList<>();
        for (ImageSource input : inputs(40)) {
            inputs.add(input);
            inputs.add(ImageSource.of(folder.resolve("missing-" + inputs.size())));
        }
        List<Prepared<ImageSource>> prepared = new ArrayList<>();
        try (ImagePipeline<ImageSource> images = start(inputs, decoder, 3)) {
            images.preprocessWith(PREPROCESSOR);
            for (List<Prepared<ImageSource>> batch = images.next(); !batch.isEmpty(); batch = images.next()) {
                prepared.addAll(batch);
            }
        }
        assertEquals(inputs, prepared.stream().map(Prepared::source).toList());
        Prepared.Unreadable<?> missing = assertInstanceOf(Prepared.Unreadable.class, prepared.get(1));
        assertEquals("no such file", missing.reason());
    }

    @Test
    void leavesNoThreadThatWaitsForAPreprocessor() throws Exception {
        CountDownLatch decoded = new CountDownLatch(1);
        Decoding decoder = name -> {
            decoded.countDown();
            return DOT;
        };
        ImagePipeline<ImageSource> images = start(inputs(20), decoder, 2);
        decoded.await();
        images.close();
        for (Thread thread : threads("clip-decoder")) {
            assertTrue(thread.join(java.time.Duration.ofSeconds(1)), thread.toString());
        }
    }

    @Test
    void throwsWhatIsNoFaultOfThePicture() throws Exception {
        Decoding decoder = name -> {
            throw new IllegalStateException("broken decoder");
        };
        try (ImagePipeline<ImageSource> images = start(inputs(1), decoder, 1)) {
            assertThrows(IllegalStateException.class, images::next);
        }
    }

    /** Those before it are handed out first, and those behind it afterwards. */
    @Test
    void losesNoPictureToOneWhoseSourceThrows() throws Exception {
        Decoding decoder = name -> {
            if (name.equals("4")) {
                throw new IllegalStateException("broken source");
            }
            return DOT;
        };
        List<ImageSource> inputs = inputs(20);
        List<ImageSource> done = new ArrayList<>();
        int thrown = 0;
        try (ImagePipeline<ImageSource> images = start(inputs, decoder, 2)) {
            images.preprocessWith(PREPROCESSOR);
            while (true) {
                try {
                    List<Prepared<ImageSource>> batch = images.nextFull();
                    if (batch.isEmpty()) {
                        break;
                    }
                    batch.forEach(prepared -> done.add(prepared.source()));
                } catch (IllegalStateException e) {
                    assertEquals("broken source", e.getMessage());
                    assertEquals(inputs.subList(0, 4), done);
                    thrown++;
                }
            }
        }
        assertEquals(1, thrown);
        List<ImageSource> others = new ArrayList<>(inputs);
        others.remove(4);
        assertEquals(others, done);
    }

    @Test
    void leavesNoThread() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Decoding decoder = name -> {
            begun.countDown();
            Thread.sleep(60_000);
            return DOT;
        };
        ImagePipeline<ImageSource> images = start(inputs(20), decoder, 3);
        begun.await();
        images.close();
        for (Thread thread : threads("clip-decoder")) {
            assertTrue(thread.join(java.time.Duration.ofSeconds(1)), thread.toString());
        }
    }

    @Test
    void doesNotWaitForAStdinThatDoesNotCome() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        InputStream stdin = new InputStream() {
            @Override
            public int read() {
                return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                reading.countDown();
                // As a console is: deaf to interruptions.
                awaitUninterruptibly(over);
                return -1;
            }
        };
        ImagePipeline<ImageSource> images = start(List.of(new Stdin(stdin)), ImageDecoder.standard(), 1);
        reading.await();
        long start = System.nanoTime();
        images.close();
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1));
        over.countDown();
    }

    /** A picture that is read from a stream. */
    private record Stdin(InputStream in) implements ImageSource {
        @Override
        public String name() {
            return "-";
        }

        @Override
        public EncodedImage open() {
            return EncodedImage.of(in, name());
        }

        @Override
        public boolean mayNeverCome() {
            return true;
        }
    }

    private static ImagePipeline<ImageSource> start(List<ImageSource> inputs, ImageDecoder decoder, int threads) {
        return ImagePipeline.start(inputs.iterator(), decoder, threads, BATCH);
    }

    private List<ImageSource> inputs(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Files.writeString(folder.resolve(Integer.toString(i)), "");
        }
        return IntStream.range(0, count)
                .mapToObj(i -> ImageSource.of(folder.resolve(Integer.toString(i))))
                .toList();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static List<Thread> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }
}
