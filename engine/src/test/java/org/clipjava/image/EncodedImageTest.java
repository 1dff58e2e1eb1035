package org.clipjava.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.clipjava.testdata.FaultyFiles;
import org.clipjava.testdata.OpenFiles;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedImageTest {
    private static final TestData DATA = TestData.committed();

    @TempDir
    private Path folder;

    private static byte[] file(String name) {
        return DATA.bytes("decoding/" + name);
    }

    private static OptionalLong pixels(byte[] file) {
        return EncodedImage.of(file, "in").pixels();
    }

    private static OptionalLong pixels(Path file) throws IOException {
        try (EncodedImage image = EncodedImage.open(file)) {
            return image.pixels();
        }
    }

    /** A file as it is, and one that takes several reads to get at its size. */
    @TestFactory
    Stream<DynamicTest> knowsTheSizeThatADecoderFinds() {
        return Goldens.parse(DATA.text("golden/decoding.json")).entrySet().stream()
                .filter(golden -> !golden.getValue().containsKey("error"))
                .map(golden -> DynamicTest.dynamicTest(golden.getKey(), () -> {
                    long size = Long.parseLong(golden.getValue().get("width"))
                            * Long.parseLong(golden.getValue().get("height"));
                    assertEquals(OptionalLong.of(size), pixels(DATA.path("decoding/" + golden.getKey())));
                    assertEquals(OptionalLong.of(size), pixels(file(golden.getKey())));
                }));
    }

    @Test
    void findsTheSizeOfAJpegBehindMegabytesOfSegments() throws IOException {
        byte[] jpeg = file("rgb_420.jpg");
        byte[] profile = new byte[65535 + 2];
        ByteBuffer.wrap(profile).putShort((short) 0xffe2).putShort((short) 65535);
        ByteBuffer file = ByteBuffer.allocate(jpeg.length + 64 * profile.length);
        file.put(jpeg, 0, 2);
        for (int i = 0; i < 64; i++) {
            file.put(profile);
        }
        file.put(jpeg, 2, jpeg.length - 2);
        Path path = Files.write(folder.resolve("a.jpg"), file.array());
        try (EncodedImage image = EncodedImage.open(path)) {
            assertEquals(pixels(jpeg), image.pixels());
            assertArrayEquals(file.array(), image.bytes());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "56503858 0a000000 00 000000 1f0000 0f0000, 512",
        "5650384c 05000000 2f 1fc00300, 512",
        "56503820 0a000000 000000 9d012a 2040 1080, 512",
        "56503820 0a000000 000000 9d012a 2040, -1",
        "414c5048 0a000000 000000 9d012a 2040 1080, -1",
        "565038, -1"
    })
    void knowsTheSizeOfEachKindOfWebp(String chunk, long size) {
        String riff = "52494646 ff000000 57454250";
        byte[] file = HexFormat.of().parseHex((riff + chunk).replace(" ", ""));
        assertEquals(size < 0 ? OptionalLong.empty() : OptionalLong.of(size), pixels(file));
    }

    @Test
    void countsPixelsAsFarAsAHeaderSaysThem() throws IOException {
        byte[] png = file("small.png");
        Path file = folder.resolve("small.png");
        assertEquals(OptionalLong.of(21 * 13), pixels(Files.write(file, png)));
        int[][] sizes = {{0, 13}, {21, 0}, {-1, 1}, {1, -1}, {-21, -13}};
        for (int[] size : sizes) {
            ByteBuffer.wrap(png).putInt(16, size[0]).putInt(20, size[1]);
            assertEquals(OptionalLong.empty(), pixels(Files.write(file, png)), Arrays.toString(size));
        }
        assertEquals(OptionalLong.empty(), pixels(Files.write(file, Arrays.copyOf(png, 20))));
        byte[] gif = file("palette.gif");
        assertEquals(OptionalLong.of(21 * 13), pixels(gif));
        assertEquals(OptionalLong.empty(), pixels(Arrays.copyOf(gif, 8)));
        assertEquals(OptionalLong.empty(), pixels(Files.write(file, Arrays.copyOf(gif, 8))));
        assertEquals(OptionalLong.empty(), pixels(Files.writeString(file, "no picture")));
        assertEquals(OptionalLong.empty(), pixels(new byte[0]));
        assertTrue(pixels(DATA.path("images/truncated.jpg")).getAsLong() > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb_420.jpg", "small.png", "palette.gif", "rgb.bmp", "rgb_lzw.tif", "palette8_rle.bmp"})
    void doesNotStumbleOverHeadersThatAreCutOrCorrupt(String name) {
        long seed = 14;
        Random random = new Random(seed);
        byte[] whole = file(name);
        for (int i = 0; i < 500; i++) {
            byte[] mutated = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            for (int n = random.nextInt(4); n > 0; n--) {
                mutated[random.nextInt(Math.min(100, mutated.length))] = (byte) random.nextInt();
            }
            OptionalLong pixels = pixels(mutated);
            assertTrue(pixels.isEmpty() || pixels.getAsLong() > 0, "seed " + seed + ", mutation " + i);
        }
    }

    @Test
    void saysAtOnceThatThereIsNoFile() {
        Path missing = folder.resolve("missing");
        assertThrows(NoSuchFileException.class, () -> EncodedImage.open(missing));
        String message = assertThrows(ImageFormatException.class, () -> EncodedImage.open(folder))
                .getMessage();
        assertEquals(folder + ": expected a picture, found a directory", message);
    }

    @Test
    void opensAFileOnceAndClosesItOnceItIsRead() throws IOException {
        for (String name : List.of("rgb_420.jpg", "small.png", "palette.gif", "rgb.bmp", "rgb_lzw.tif")) {
            Path path = Files.write(folder.resolve("a picture"), file(name));
            List<String> before = OpenFiles.now();
            try (EncodedImage image = EncodedImage.open(path)) {
                assertFalse(image.pixels().isEmpty());
                Files.delete(path);
                RgbImage decoded = ImageDecoder.standard().decode(image);
                assertEquals(ImageDecoder.standard().decode(file(name), name), decoded);
                assertEquals(before, OpenFiles.now());
                assertArrayEquals(file(name), image.bytes());
                assertSame(image.bytes(), image.bytes());
            }
        }
    }

    @Test
    void closesAFileThatIsNotRead() throws IOException {
        List<String> before = OpenFiles.now();
        try (EncodedImage image = EncodedImage.open(DATA.path("decoding/rgb_420.jpg"))) {
            assertEquals(DATA.path("decoding/rgb_420.jpg").toString(), image.name());
        }
        assertEquals(before, OpenFiles.now());
    }

    /** What was lost with it is not to be missing from the picture. */
    @Test
    void doesNotReadOnAfterAFailure() throws IOException {
        FaultyFiles files = FaultyFiles.failingAt(1);
        try (EncodedImage image = EncodedImage.open(files.path(DATA.path("decoding/rgb_420.jpg")))) {
            assertEquals(OptionalLong.empty(), image.pixels());
            IOException failure = assertThrows(IOException.class, image::bytes);
            assertEquals("fault 1 of a test", failure.getMessage());
        }
    }

    @Test
    void readsAFileThatGrowsMeanwhile() throws IOException {
        byte[] jpeg = file("rgb_420.jpg");
        Path path = Files.write(folder.resolve("growing"), Arrays.copyOf(jpeg, 500));
        try (EncodedImage image = EncodedImage.open(path)) {
            Files.write(path, jpeg);
            assertArrayEquals(jpeg, image.bytes());
        }
        Files.write(path, jpeg);
        try (EncodedImage image = EncodedImage.open(path)) {
            Files.write(path, Arrays.copyOf(jpeg, 500));
            assertArrayEquals(Arrays.copyOf(jpeg, 500), image.bytes());
        }
    }

    @Test
    void readsNothingOfAStreamBeforeAllOfIt() throws IOException {
        InputStream in = new ByteArrayInputStream(file("small.png"));
        int length = in.available();
        try (EncodedImage image = EncodedImage.of(in, "-")) {
            assertEquals(OptionalLong.empty(), image.pixels());
            assertEquals(length, in.available());
            assertEquals("PNG", image.header().format());
            assertArrayEquals(file("small.png"), image.bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsTheOrientationThatTheDecoderApplies(int orientation) throws IOException {
        for (String format : new String[] {"jpg", "png", "tif"}) {
            String name = "exif" + orientation + "." + format;
            ImageHeader header = EncodedImage.of(file(name), name).header();
            assertEquals(orientation, header.orientation(), name);
        }
    }

    @Test
    void readsTheFormat() throws IOException {
        for (String name : new String[] {"gray.gif", "gray.bmp", "gray.jpg", "gray8.png"}) {
            ImageHeader header = EncodedImage.of(file(name), name).header();
            assertEquals(
                    name.replaceFirst(".*\\.", "").replace("jpg", "jpeg"),
                    header.format().toLowerCase(Locale.ROOT));
            assertEquals(1, header.orientation());
        }
        assertEquals(
                "TEXT",
                EncodedImage.of("hello".getBytes(ISO_8859_1), "in").header().format());
    }

    @Test
    void refusesACorruptPicture() {
        byte[] cut = Arrays.copyOf(file("exif6.png"), 20);
        String message = assertThrows(
                        ImageFormatException.class,
                        () -> EncodedImage.of(cut, "cut").header())
                .getMessage();
        assertTrue(message.startsWith("cut: truncated PNG"), message);
    }
}
