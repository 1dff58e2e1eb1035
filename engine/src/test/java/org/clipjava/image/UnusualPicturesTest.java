package org.clipjava.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What phones, cameras, webcams and broken editors write. Hashes are of the RGB that Pillow 12.3 gives. */
class UnusualPicturesTest {
    private static final ImageDecoder DECODER = ImageDecoder.standard();
    private static final HexFormat HEX = HexFormat.of();
    private static final String RGB_420 = "c409b1136a499395c4d089c590c90c4bdad2ae78912f61a1cfcc29b796a3fd53";

    private static byte[] file(String name) {
        return TestData.committed().bytes("decoding/" + name);
    }

    private static String sha256(byte[] encoded) throws IOException {
        return Goldens.sha256(DECODER.decode(encoded, "in").rgb());
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] inserted(byte[] jpeg, byte[] segments) {
        return joined(Arrays.copyOf(jpeg, 2), segments, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    private static byte[] segment(int marker, byte[] body) {
        int length = body.length + 2;
        return joined(new byte[] {(byte) 0xff, (byte) marker, (byte) (length >> 8), (byte) length}, body);
    }

    /** Panoramas of Samsung's phones. */
    @Test
    void readsAJpegWhoseEndATrailerReplaces() throws IOException {
        byte[] whole = file("rgb_420.jpg");
        byte[] open = Arrays.copyOf(whole, whole.length - 2);
        byte[] trailer = joined(
                "SEFH".getBytes(ISO_8859_1),
                new byte[4000],
                "ftypmp42".getBytes(ISO_8859_1),
                "SEFT".getBytes(ISO_8859_1));
        assertEquals(RGB_420, sha256(joined(open, trailer)));
        assertTrue(assertThrows(ImageFormatException.class, () -> DECODER.decode(open, "in"))
                .getMessage()
                .startsWith("in: truncated JPEG"));
    }

    /** Pillow drops such a palette. */
    @Test
    void anIndexBeyondAPaletteOfItsGraysIsAGray() throws IOException {
        byte[] grays =
                HEX.parseHex("474946383961 0100 0100 80 00 00 000000010101 2c 00000000 0100 0100 00 02 02 5c01 00 3b"
                        .replace(" ", ""));
        assertEquals("030303", HEX.formatHex(DECODER.decode(grays, "in").rgb()));
        grays[18] = 2; // which makes them colours
        assertEquals("000000", HEX.formatHex(DECODER.decode(grays, "in").rgb()));
    }

    /** Webcams and Motion JPEG. */
    @ParameterizedTest
    @ValueSource(strings = {"rgb_420.jpg", "gray.jpg", "rgb_444.jpg"})
    void readsAFrameWithoutHuffmanTables(String name) throws IOException {
        byte[] jpeg = file(name);
        ByteArrayOutputStream without = new ByteArrayOutputStream();
        without.write(jpeg, 0, 2);
        int at = 2;
        while (jpeg[at + 1] != (byte) 0xda) {
            int end = at + 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
            if (jpeg[at + 1] != (byte) 0xc4) {
                without.write(jpeg, at, end - at);
            }
            at = end;
        }
        without.write(jpeg, at, jpeg.length - at);
        assertTrue(without.size() < jpeg.length);
        assertEquals(sha256(jpeg), sha256(without.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffe50000", "ffe50001", "ffe10000", "fffe0001", "ffee0000", "ffe00001"})
    void skipsApplicationSegmentsOfImpossibleLength(String segment) throws IOException {
        byte[] jpeg = inserted(file("rgb_420.jpg"), HEX.parseHex(segment));
        assertEquals(RGB_420, sha256(jpeg));
        assertEquals(OptionalLong.of(37 * 29), EncodedImage.of(jpeg, "in").pixels());
    }

    /** Previews, and proxies that cut scans; the cut is where the first scan ends, and the last begins. */
    @ParameterizedTest
    @CsvSource({
        "262, ce6e0d5082dacec2ebda0157beff6c7fda4ac55a9a6b5f609aac6cf701889611",
        "587, 7a81bc78b6bd521d9e95e0dd9f894084ca85245faa4b7be1a3b3a84b4d0b6c4e"
    })
    void smoothsAProgressiveJpegThatLacksScans(int length, String sha256) throws IOException {
        byte[] cut = joined(Arrays.copyOf(file("rgb_420_progressive.jpg"), length), HEX.parseHex("ffd9"));
        assertEquals(sha256, sha256(cut));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Exif\0\0", "http://ns.adobe.com/xap/1.0/\0"})
    void walksOverSegmentsInLinearTime(String body) throws IOException {
        byte[] segment = segment(0xe1, body.getBytes(ISO_8859_1));
        ByteArrayOutputStream segments = new ByteArrayOutputStream();
        for (int i = 0; i < 200_000; i++) {
            segments.writeBytes(segment);
        }
        byte[] flood = inserted(file("rgb_420.jpg"), segments.toByteArray());
        double start = CpuTime.seconds();
        assertEquals(OptionalLong.of(37 * 29), EncodedImage.of(flood, "in").pixels());
        assertEquals(RGB_420, sha256(flood));
        assertEquals(1, EncodedImage.of(flood, "in").header().orientation());
        assertTrue(CpuTime.seconds() - start < 2, "took long");
    }

    @Test
    void putsExifOfSeveralSegmentsTogether() throws IOException {
        byte[] tiff = HEX.parseHex("4d4d002a00000008000101120003000000010006000000000000");
        byte[] prefix = "Exif\0\0".getBytes(ISO_8859_1);
        for (int cut = 0; cut <= tiff.length; cut++) {
            byte[] parts = joined(
                    segment(0xe1, joined(prefix, Arrays.copyOf(tiff, cut))),
                    segment(0xe1, joined(prefix, Arrays.copyOfRange(tiff, cut, tiff.length))));
            byte[] jpeg = inserted(file("rgb_420.jpg"), parts);
            assertEquals(6, EncodedImage.of(jpeg, "in").header().orientation(), "cut at " + cut);
        }
    }

    @ParameterizedTest
    @CsvSource({"tiff:Orientation=\"8\", 8", "<tiff:Orientation>3</tiff:Orientation>, 3", "tiff:Orientation='3', 1"})
    void asksXmpWhereExifDoesNotKnow(String packet, int orientation) throws IOException {
        byte[] xmp = segment(0xe1, ("http://ns.adobe.com/xap/1.0/\0" + packet).getBytes(ISO_8859_1));
        assertEquals(orientation, header(inserted(file("rgb_420.jpg"), xmp)));
        assertEquals(orientation, header(inserted(file("exif_empty.jpg"), xmp)));
        assertEquals(6, header(inserted(file("exif6.jpg"), xmp)));
        byte[] other = segment(0xe1, "http://ns.adobe.com/xap/1.0/\0tiff:Orientation=\"2\"".getBytes(ISO_8859_1));
        assertEquals(orientation, header(inserted(file("rgb_420.jpg"), joined(other, xmp))), "the last counts");
    }

    private static int header(byte[] jpeg) throws IOException {
        return EncodedImage.of(jpeg, "in").header().orientation();
    }

    /** Of phones and 3D cameras: two JPEGs in one file, the first of which says so. */
    @Test
    void takesTheFirstPictureOfAnMpo() throws IOException {
        byte[] index = HEX.parseHex("4d504600" + "49492a0008000000" + "0100" + "01b004000100000002000000" + "00000000");
        byte[] first = inserted(file("rgb_420.jpg"), segment(0xe2, index));
        assertEquals(RGB_420, sha256(joined(first, file("gray.jpg"))));
    }

    /** Encoders of microcontrollers leave the file's size out. */
    @ParameterizedTest
    @ValueSource(strings = {"rgb.bmp", "palette8_rle.bmp", "palette4.bmp"})
    void readsABmpWhoseFileSizeIsZero(String name) throws IOException {
        byte[] bmp = file(name);
        Arrays.fill(bmp, 2, 6, (byte) 0);
        assertEquals(sha256(file(name)), sha256(bmp));
    }

    /** Of the type of places in the file; libtiff takes that for no number, and Pillow leaves the pixels to it. */
    @Test
    void aFillOrderThatIsNoNumberIsNoneToLibtiff() throws IOException {
        byte[] tiff =
                HEX.parseHex("49492a00570000004d90ebf139ac1945edf20b075d8ebc3de4b951e25cd75ce59d007f742a74082722c0"
                        + "3808b4b346b7752c7b953aa5e09fcf3c850987a1c785333299b0c8c97aac7f7e396395fa09c4d47c52ccdb80910900000103"
                        + "00010000001500000001010400010000001a0000000201030001000000010000000301030001000000058000000601030001"
                        + "000000000000000a010d00010000000200000011010400010000000800000015010300010000000100000017010400010000"
                        + "004f00000000000000");
        RgbImage image = ImageDecoder.standard().decode(tiff, "a.tif");
        assertEquals(21, image.width());
        assertEquals("0a8f1d1d5f490407092359f4a007fed54b8fa0a9bf612f9936e514fbe650ca06", Goldens.sha256(image.rgb()));
    }

    /** At a byte of the committed file. */
    @ParameterizedTest
    @CsvSource({"2x2_tiles, 138, 0x2", "2x2_tiles, 140, 2x0", "1x2_strips, 126, 0x2", "1x2_strips, 128, 1x0"})
    void refusesChromaOfNoPixels(String kind, int at, String chroma) {
        byte[] tiff = TestData.committed().bytes("formats/tiff_ycbcr_" + kind + ".tif");
        tiff[at] = 0;
        String message = String.valueOf(assertThrows(ImageFormatException.class, () -> DECODER.decode(tiff, "in"))
                .getMessage());
        assertTrue(message.startsWith("in: TIFF: expected YCbCr in one plane, "), message);
        assertTrue(message.contains(" found " + chroma + ";"), message);
    }

    /** What Photoshop, Lightroom and scanners export. */
    @Test
    void readsATiffOf16BitsWithAPredictor() throws IOException {
        String name = "formats/tiff_rgb16_strips_le_5_predictor%d_7x5.tif";
        byte[] plain = TestData.committed().bytes(name.formatted(1));
        byte[] predicted = TestData.committed().bytes(name.formatted(2));
        assertEquals(sha256(plain), sha256(predicted));
    }

    /** What libwebp makes of one colour is less than decoders like to look ahead. */
    @Test
    void readsALosslessWebpOfOneColour() throws IOException {
        byte[] webp = HEX.parseHex(
                "5249464626000000574542505650384c190000002fdfc0370007508522d7a3ff" + "010149e2ffff5444ffd3fef70700");
        byte[] expected = new byte[3 * 224 * 224];
        for (int i = 0; i < expected.length; i += 3) {
            expected[i] = (byte) 200;
            expected[i + 1] = 10;
            expected[i + 2] = 30;
        }
        assertEquals(RgbImage.of(224, 224, expected), DECODER.decode(webp, "in"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossless-noise-alpha", "lossless-near40", "lossy-q50", "alpha-q20-best"})
    void saysAtOnceThatAWebpIsTruncated(String name) {
        byte[] webp = TestData.committed().bytes("webp/" + name + ".webp");
        double start = CpuTime.seconds();
        for (int percent = 10; percent < 100; percent += 10) {
            byte[] cut = Arrays.copyOf(webp, webp.length * percent / 100);
            String message = assertThrows(ImageFormatException.class, () -> DECODER.decode(cut, "in"))
                    .getMessage();
            assertTrue(message.startsWith("in: truncated WebP"), message);
        }
        assertTrue(CpuTime.seconds() - start < 2, "took long");
    }

    @ParameterizedTest
    @CsvSource({"E, 6", "X, 8", "EX, 6", "'', 1"})
    void turnsAWebpUpright(String metadata, int orientation) throws IOException {
        byte[] plain = TestData.committed().bytes("webp/lossless-size-7x8.webp");
        byte[] chunk = Arrays.copyOfRange(plain, 12, plain.length);
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        int flags = (metadata.contains("E") ? 8 : 0) + (metadata.contains("X") ? 4 : 0);
        chunks.writeBytes(HEX.parseHex(
                "56503858 0a000000 %02x000000 060000 070000".formatted(flags).replace(" ", "")));
        chunks.writeBytes(chunk);
        if (metadata.contains("E")) {
            chunks.writeBytes(
                    HEX.parseHex("455849461a000000" + "4d4d002a00000008000101120003000000010006000000000000"));
        }
        if (metadata.contains("X")) {
            chunks.writeBytes("XMP \u0018\0\0\0tiff:Orientation=\"8\"    ".getBytes(ISO_8859_1));
        }
        byte[] webp = joined(
                HEX.parseHex("52494646"),
                new byte[] {(byte) (chunks.size() + 4), (byte) ((chunks.size() + 4) >> 8), 0, 0},
                "WEBP".getBytes(ISO_8859_1),
                chunks.toByteArray());
        RgbImage stored = DECODER.decode(plain, "in");
        RgbImage upright = DECODER.decode(webp, "in");
        assertEquals(orientation, EncodedImage.of(webp, "in").header().orientation());
        boolean turned = orientation > 4;
        assertEquals(turned ? 8 : 7, upright.width());
        for (int y = 0; y < upright.height(); y++) {
            for (int x = 0; x < upright.width(); x++) {
                int storedX = orientation == 6 ? y : orientation == 8 ? 6 - y : x;
                int storedY = orientation == 6 ? 7 - x : orientation == 8 ? x : y;
                int at = 3 * (storedY * 7 + storedX);
                int to = 3 * (y * upright.width() + x);
                assertEquals(-1, Arrays.mismatch(stored.rgb(), at, at + 3, upright.rgb(), to, to + 3));
            }
        }
    }
}
