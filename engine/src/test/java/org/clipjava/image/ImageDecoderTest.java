package org.clipjava.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final TestData DATA = TestData.committed();

    private final ImageDecoder decoder = ImageDecoder.standard();

    private static byte[] file(String name) {
        return DATA.bytes("decoding/" + name);
    }

    private String messageOf(byte[] encoded) {
        String message = assertThrows(ImageFormatException.class, () -> decoder.decode(encoded, "in"))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith("in: "), message);
        return message;
    }

    @TestFactory
    Stream<DynamicTest> decodesEveryKindAsPillow() {
        return Goldens.parse(DATA.text("golden/decoding.json")).entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Map<String, String> golden = entry.getValue();
                    byte[] encoded = file(entry.getKey());
                    if (golden.containsKey("error")) {
                        assertTrue(messageOf(encoded).contains(golden.get("error")), messageOf(encoded));
                        return;
                    }
                    assertEquals(golden.get("file_sha256"), Goldens.sha256(encoded), "the fixture itself");
                    RgbImage image = decoder.decode(encoded, entry.getKey());
                    assertEquals(
                            golden.get("width") + "x" + golden.get("height"), image.width() + "x" + image.height());
                    assertEquals(golden.get("rgb_sha256"), Goldens.sha256(image.rgb()));
                }));
    }

    /** Progressive and baseline, of one and more components, cut at every byte. */
    @ParameterizedTest
    @ValueSource(strings = {"gray.jpg", "rgb_420.jpg", "rgb_420_progressive.jpg", "cmyk.jpg"})
    void refusesAJpegCutAnywhere(String name) {
        byte[] whole = file(name);
        for (int length = 4; length < whole.length; length++) {
            String message = messageOf(Arrays.copyOf(whole, length));
            assertTrue(message.contains("truncated"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "filters.png, 60", "rgb_interlaced.png, 24", "gray1.png, 24", "palette4.png, 24", "palette.gif, 6",
        "interlaced.gif, 6", "bilevel.gif, 6", "rgb.bmp, 2", "palette8_rle.bmp, 7", "palette4.bmp, 2"
    })
    void refusesAPictureCutBeforeItsLastPixel(String name, int tail) {
        byte[] whole = file(name);
        for (int length = 1; length <= whole.length - tail; length++) {
            messageOf(Arrays.copyOf(whole, length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb_plain.tif", "rgb_lzw.tif", "gray_adobe_deflate.tif", "palette_packbits.tif"})
    void refusesATiffCutInItsHeaderOrPixels(String name) {
        byte[] whole = file(name);
        for (int length = 1; length < whole.length - 8; length++) {
            messageOf(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void acceptsAPngWithoutItsEnd() throws IOException {
        byte[] whole = file("small.png");
        RgbImage image = decoder.decode(whole, "whole");
        for (int tail = 1; tail <= 16; tail++) {
            assertEquals(image, decoder.decode(Arrays.copyOf(whole, whole.length - tail), "cut"));
        }
    }

    @Test
    void refusesPngsThatClaimMorePixelsThanTheirDataCanHold() {
        byte[] png = file("small.png");
        ByteBuffer.wrap(png).putInt(16, 9000).putInt(20, 9000);
        assertTrue(messageOf(withHeaderChecksum(png)).contains("truncated"));
    }

    @ParameterizedTest
    @CsvSource({
        "small.png, 16, 4, 13378, 13378",
        "small.png, 16, 4, -1, 1",
        "small.png, 16, 4, 1, 178956971",
        "palette.gif, 6, -2, 65535, 2731",
        "rgb.bmp, 18, -4, 178956971, 1",
        "rgb.bmp, 18, -4, 13378, -13378"
    })
    void refusesTooManyPixelsBeforeDecodingThem(String name, int at, int width, int w, int h) {
        byte[] encoded = file(name);
        ByteBuffer header = ByteBuffer.wrap(encoded).order(width < 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (Math.abs(width) == 4) {
            header.putInt(at, w).putInt(at + 4, h);
        } else {
            header.putShort(at, (short) w).putShort(at + 2, (short) h);
        }
        String message = messageOf(name.endsWith("png") ? withHeaderChecksum(encoded) : encoded);
        assertTrue(message.contains("expected at most 178956970 pixels, found"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gray.jpg", "rgb_420_progressive.jpg"})
    void refusesTooManyPixelsInAJpegsHeader(String name) {
        byte[] encoded = file(name);
        int frame = frameOf(encoded);
        ByteBuffer.wrap(encoded).putShort(frame + 5, (short) 65535).putShort(frame + 7, (short) 2731);
        String message = messageOf(encoded);
        assertTrue(message.contains("expected at most 178956970 pixels, found 2731x65535"), message);
    }

    @Test
    void refusesSizesOfZero() {
        byte[] png = file("small.png");
        ByteBuffer.wrap(png).putInt(16, 0);
        assertTrue(messageOf(withHeaderChecksum(png)).contains("at least one pixel"));
        byte[] jpeg = file("gray.jpg");
        ByteBuffer.wrap(jpeg).putShort(frameOf(jpeg) + 5, (short) 0);
        assertTrue(messageOf(jpeg).contains("at least one pixel"));
        byte[] gif = file("palette.gif");
        ByteBuffer.wrap(gif).putInt(6, 0);
        int frame = indexOf(gif, new byte[] {',', 0, 0, 0, 0, 21, 0, 13, 0});
        ByteBuffer.wrap(gif).putInt(frame + 5, 0);
        assertTrue(messageOf(gif).contains("at least one pixel"));
        byte[] bmp = file("rgb.bmp");
        ByteBuffer.wrap(bmp).putInt(18, 0);
        messageOf(bmp);
    }

    @Test
    void namesTheKindsOfJpegThatItDoesNotRead() {
        byte[] lossless = file("rgb_420.jpg");
        lossless[frameOf(lossless) + 1] = (byte) 0xc3;
        assertTrue(messageOf(lossless).contains("lossless"));
        byte[] deep = file("rgb_420.jpg");
        deep[frameOf(deep) + 4] = 12;
        assertTrue(messageOf(deep).contains("expected 8 bits a sample, found 12"));
        byte[] three = file("rgb_420.jpg");
        int end = frameOf(three) + 19;
        byte[] two = Arrays.copyOf(three, three.length - 3);
        System.arraycopy(three, end, two, end - 3, three.length - end);
        two[frameOf(two) + 3] = 14;
        two[frameOf(two) + 9] = 2;
        assertTrue(messageOf(two).contains("expected 1, 3 or 4 components, found 2"));
    }

    @Test
    void refusesAJpegOfEndlessScans() {
        byte[] jpeg = file("gray_progressive.jpg");
        int scan = lastIndexOf(jpeg, new byte[] {(byte) 0xff, (byte) 0xda});
        ByteBuffer bomb = ByteBuffer.allocate(jpeg.length + 600 * (jpeg.length - scan));
        bomb.put(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < 600; i++) {
            bomb.put(jpeg, scan, jpeg.length - 2 - scan);
        }
        bomb.put((byte) 0xff).put((byte) 0xd9);
        assertTrue(messageOf(Arrays.copyOf(bomb.array(), bomb.position())).contains("at most 500 scans"));
    }

    @Test
    void refusesATiffOfTooManyBitsBeforeDecodingIt() {
        byte[] tiff = file("bilevel_group4.tif");
        // Tag 258, type SHORT, one value.
        int entry = indexOf(tiff, new byte[] {2, 1, 3, 0, 1, 0, 0, 0});
        tiff[entry + 8] = 30;
        assertTrue(messageOf(tiff).contains("found colours of kind 1, 1 samples of 30 bits"));
    }

    @Test
    void refusesAPngWithAWrongChecksumInACriticalChunk() {
        byte[] png = file("filters.png");
        int data = indexOf(png, "IDAT".getBytes(ISO_8859_1));
        png[data + 40] ^= 1;
        assertTrue(messageOf(png).contains("wrong checksum"));
    }

    @ParameterizedTest
    @CsvSource({"24, 3", "25, 1", "25, 7", "26, 1", "27, 1", "28, 2"})
    void refusesAPngOfUnknownKind(int at, int value) {
        byte[] png = file("small.png");
        png[at] = (byte) value;
        assertTrue(messageOf(withHeaderChecksum(png)).contains("expected a known kind of PNG"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|an empty file",
                "<!DOCTYPE html><html><body>404|an HTML page",
                "<svg xmlns='x'/>|an SVG drawing",
                "<?xml version='1.0'?><svg xmlns='x'/>|an SVG drawing",
                "%PDF-1.4 ...|a PDF document",
                "{\"error\": 404}|JSON",
                "just some text|text",
                "....ftypheic....|a HEIC",
                "....ftypavif....|an AVIF",
                "....ftypisom....|a video",
                "....ftypmif1....|a HEIC",
            })
    void saysWhatItFoundInsteadOfAPicture(String content, String expected) {
        String message = messageOf(content.getBytes(UTF_8));
        assertTrue(
                message.startsWith(
                        "in: expected a picture (JPEG, PNG, GIF, BMP, TIFF, WEBP, ICO, NETPBM, QOI, TGA, PSD, JPEG_2000), found "
                                + expected),
                message);
    }

    @Test
    void refusesADirectoryAndAMissingFile(@TempDir Path folder) {
        String message = assertThrows(ImageFormatException.class, () -> decoder.decode(folder))
                .getMessage();
        assertTrue(message.endsWith("found a directory"), message);
        assertThrows(NoSuchFileException.class, () -> decoder.decode(folder.resolve("none.png")));
    }

    @Test
    void readsAStreamToItsEnd() throws IOException {
        byte[] png = file("small.png");
        assertEquals(decoder.decode(png, "bytes"), decoder.decode(new ByteArrayInputStream(png), "stream"));
    }

    @Test
    void doesNotWriteToWhatItDecodes() throws IOException {
        for (String name : List.of("ycck_420_progressive.jpg", "rgb_sampling_1x2.jpg", "filters.png", "offset.gif")) {
            byte[] encoded = file(name);
            decoder.decode(encoded, name);
            assertEquals(-1, Arrays.mismatch(file(name), encoded), name);
        }
    }

    @Test
    void decodesInManyThreadsAtOnce() throws Exception {
        List<String> names = List.of("rgb_420.jpg", "cmyk.jpg", "small.png", "palette.gif", "rgb.bmp", "rgb_lzw.tif");
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                String name = names.get(i % names.size());
                results.add(threads.submit(
                        () -> Goldens.sha256(decoder.decode(file(name), name).rgb())));
            }
            Map<String, Map<String, String>> goldens = Goldens.parse(DATA.text("golden/decoding.json"));
            for (int i = 0; i < results.size(); i++) {
                String name = names.get(i % names.size());
                assertEquals(goldens.get(name).get("rgb_sha256"), results.get(i).get(), name);
            }
        }
    }

    @Test
    void doesNotLetAPluginChangePixels() throws IOException {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        ImageReaderSpi intruder = new Intruder();
        registry.registerServiceProvider(intruder, ImageReaderSpi.class);
        try {
            registry.getServiceProviders(ImageReaderSpi.class, false).forEachRemaining(provider -> {
                if (!provider.equals(intruder)) {
                    registry.setOrdering(ImageReaderSpi.class, intruder, provider);
                }
            });
            for (String name : List.of("rgb_420.jpg", "small.png", "palette.gif", "rgb.bmp", "rgb_plain.tif")) {
                decoder.decode(file(name), name);
            }
        } finally {
            registry.deregisterServiceProvider(intruder);
        }
    }

    /** Claims every format and can read none. */
    private static final class Intruder extends TestReaderSpi {
        Intruder() {
            super("jpeg", "png", "gif", "bmp", "tiff");
        }

        @Override
        public boolean canDecodeInput(Object source) {
            return true;
        }

        @Override
        public ImageReader createReaderInstance(Object extension) {
            throw new IllegalStateException("this plugin must not be asked");
        }
    }

    /** Broken pictures may decode or not; nothing but an {@link IOException} leaves, with a message of one line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb_420.jpg",
                "rgb_420_progressive.jpg",
                "cmyk.jpg",
                "exif6.jpg",
                "small.png",
                "rgba16_interlaced.png",
                "palette4.png",
                "exif6_raw_profile_deflated.png",
                "xmp8_and_exif6.png",
                "interlaced.gif",
                "offset.gif",
                "rgb.bmp",
                "palette8_rle.bmp",
                "rgb565.bmp",
                "rgb_lzw.tif",
                "palette_packbits.tif",
                "bilevel_group4.tif",
                "cmyk_adobe_deflate.tif",
                "tiled.tif"
            })
    void throwsNothingButIoExceptionsOnMutatedPictures(String name) {
        long seed = 20;
        Random random = new Random(seed);
        byte[] original = file(name);
        for (int i = 0; i < 300; i++) {
            byte[] mutated = original.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                // Headers are where it hurts.
                int range = random.nextBoolean() ? Math.min(200, mutated.length) : mutated.length;
                int at = random.nextInt(range);
                switch (random.nextInt(4)) {
                    case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> mutated[at] = (byte) random.nextInt();
                    case 2 -> Arrays.fill(mutated, at, Math.min(at + 4, mutated.length), (byte) 0xff);
                    default -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
                }
            }
            if (name.endsWith("png")) {
                mutated = mutated.length > 33 ? withHeaderChecksum(mutated) : mutated;
            }
            double start = CpuTime.seconds();
            try {
                decoder.decode(mutated, "in");
            } catch (IOException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", mutation " + i + " of " + name, e);
            }
            assertTrue(CpuTime.seconds() - start < 5, "seed " + seed + ", mutation " + i + " of " + name);
        }
    }

    private static byte[] withHeaderChecksum(byte[] png) {
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
        return png;
    }

    private static int frameOf(byte[] jpeg) {
        int baseline = indexOf(jpeg, new byte[] {(byte) 0xff, (byte) 0xc0, 0});
        return baseline >= 0 ? baseline : indexOf(jpeg, new byte[] {(byte) 0xff, (byte) 0xc2, 0});
    }

    private static int lastIndexOf(byte[] bytes, byte[] wanted) {
        int last = -1;
        for (int at = indexOf(bytes, wanted, 0); at >= 0; at = indexOf(bytes, wanted, at + 1)) {
            last = at;
        }
        return last;
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        return indexOf(bytes, wanted, 0);
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
