package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.Helpers;
import org.clipjava.image.codec.ImageSize;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decoding on several threads against decoding on one. */
@Timeout(60)
class SharedDecodingTest {
    private static final int HEIGHT = 400;

    /** What has come, and what ended it. */
    private record Outcome(List<Integer> rows, int hash, String end) {}

    /** @param failing the row at which the consumer throws */
    private static Outcome outcome(byte[] file, Helpers helpers, int failing) throws IOException {
        List<Integer> rows = new ArrayList<>();
        int[] hash = {0};
        String end = "";
        try {
            JpegDecoder decoder = JpegDecoder.open(file, ImageSize.MAX_PIXELS);
            int stride = 3 * decoder.header().width();
            decoder.decode(
                    Reduction.NONE,
                    (y, count, rgb) -> {
                        if (y <= failing && failing < y + count) {
                            throw new IllegalStateException("row " + failing);
                        }
                        rows.add(y);
                        hash[0] = 31 * hash[0] + Arrays.hashCode(Arrays.copyOf(rgb, count * stride));
                    },
                    helpers);
        } catch (CodecException | IllegalStateException e) {
            end = e.getMessage();
        }
        return new Outcome(rows, hash[0], end);
    }

    @Test
    void damageEndsItInTheSameWay() throws IOException {
        Random random = new Random(16);
        try (ExecutorService one = Executors.newSingleThreadExecutor();
                ExecutorService three = Executors.newFixedThreadPool(3)) {
            for (String name : List.of("coffee_q75_420.jpg", "coffee_q90_444.jpg", "coffee_gray.jpg")) {
                byte[] whole = TestData.committed().bytes("images/" + name);
                for (int i = 0; i < 9; i++) {
                    byte[] file = Arrays.copyOf(whole, i % 3 == 0 ? random.nextInt(700, whole.length) : whole.length);
                    for (int k = random.nextInt(4); k > 0; k--) {
                        file[random.nextInt(600, file.length)] = (byte) random.nextInt(256);
                    }
                    Outcome expected = outcome(file, Helpers.NONE, HEIGHT);
                    for (Helpers helpers : List.of(Helpers.of(one), Helpers.of(three), Helpers.of(task -> {}))) {
                        assertEquals(expected, outcome(file, helpers, HEIGHT), name + " " + i);
                    }
                }
            }
        }
    }

    /** Restart markers between bands, between groups of bands only, and inside of rows. */
    @ParameterizedTest
    @CsvSource({
        "38, 600, 3",
        "75, 600, 1",
        "1, 600, 3",
        "7, 600, 3",
        "76, 600, 3",
        "19, 600, 3",
        "150, 600, 1",
        "25, 400, 3"
    })
    void damageBetweenRestartMarkersEndsItInTheSameWay(int interval, int width, int components) throws IOException {
        byte[] whole = withRestarts(interval, width, components);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (ExecutorService one = Executors.newSingleThreadExecutor();
                ExecutorService three = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 40; i++) {
                byte[] file = damaged(whole, i, random);
                Outcome expected = outcome(file, Helpers.NONE, HEIGHT);
                for (Helpers helpers : List.of(Helpers.of(one), Helpers.of(three), Helpers.of(task -> {}))) {
                    assertEquals(expected, outcome(file, helpers, HEIGHT), "seed " + seed + ", " + i);
                }
            }
        }
    }

    /** The first is whole. */
    private static byte[] damaged(byte[] whole, int number, Random random) {
        byte[] file = Arrays.copyOf(whole, number % 8 == 7 ? random.nextInt(1000, whole.length) : whole.length);
        for (int k = number == 0 ? 0 : random.nextInt(1, 4); k > 0; k--) {
            int at = random.nextInt(1000, file.length);
            while (number % 2 == 0 && at < file.length - 1 && !isRestart(file, at)) {
                at++;
            }
            switch (random.nextInt(3)) {
                case 0 -> file[at] = (byte) random.nextInt(256);
                case 1 -> file[Math.min(at + 1, file.length - 1)] = (byte) (0xd0 + random.nextInt(10));
                default -> System.arraycopy(file, at, file, at - 1, file.length - at);
            }
        }
        return file;
    }

    private static boolean isRestart(byte[] file, int at) {
        return file[at] == -1 && (file[at + 1] & 0xf8) == 0xd0;
    }

    private static byte[] withRestarts(int interval, int width, int components) throws IOException {
        BufferedImage coffee =
                ImageIO.read(TestData.committed().path("images/coffee.png").toFile());
        BufferedImage picture = new BufferedImage(
                width, 400, components == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        picture.createGraphics().drawImage(coffee, 0, 0, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        IIOMetadata metadata =
                writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(picture), null);
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree("javax_imageio_jpeg_image_1.0");
        IIOMetadataNode restarts = new IIOMetadataNode("dri");
        restarts.setAttribute("interval", Integer.toString(interval));
        root.getElementsByTagName("markerSequence").item(0).appendChild(restarts);
        metadata.setFromTree("javax_imageio_jpeg_image_1.0", root);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(new IIOImage(picture, List.of(), metadata));
        } finally {
            writer.dispose();
        }
        byte[] file = bytes.toByteArray();
        assertTrue(IntStream.range(0, file.length - 1).anyMatch(at -> isRestart(file, at)));
        return file;
    }

    @Test
    void whatTheConsumerThrowsComesBeforeDamageBehindIt() throws IOException {
        byte[] whole = TestData.committed().bytes("images/coffee_q90_444.jpg");
        byte[] cut = Arrays.copyOf(whole, whole.length * 3 / 4);
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (int failing : new int[] {0, 90, 200, 250}) {
                for (byte[] file : List.of(whole, cut)) {
                    Outcome expected = outcome(file, Helpers.NONE, failing);
                    assertEquals("row " + failing, expected.end);
                    for (int i = 0; i < 5; i++) {
                        assertEquals(expected, outcome(file, Helpers.of(pool), failing));
                    }
                }
            }
            assertTrue(outcome(cut, Helpers.of(pool), HEIGHT).end.contains("truncated"));
        }
    }

    @Test
    void anErrorOfTheConsumerIsThrownAsItIs() throws IOException {
        OutOfMemoryError error = new OutOfMemoryError("of a test");
        JpegDecoder decoder = JpegDecoder.open(TestData.committed().bytes("images/coffee_q75_420.jpg"), HEIGHT * 1000);
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            assertSame(
                    error,
                    assertThrows(
                            OutOfMemoryError.class,
                            () -> decoder.decode(
                                    Reduction.NONE,
                                    (y, count, rgb) -> {
                                        throw error;
                                    },
                                    Helpers.of(pool))));
        }
    }
}
