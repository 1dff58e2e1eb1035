package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.ImageSize;
import org.clipjava.testdata.AllocatedBytes;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegDecoderTest {
    private static final TestData DATA = TestData.committed();
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({
        "decoding/gray.jpg, GRAY, false, false",
        "decoding/rgb_420.jpg, YCBCR, false, false",
        "decoding/rgb_420_progressive.jpg, YCBCR, true, false",
        "decoding/arithmetic.jpg, YCBCR, false, true",
        "decoding/adobe_transform_0.jpg, RGB, false, false",
        "decoding/ids_rgb.jpg, RGB, false, false",
        "decoding/ids_rgb_with_jfif.jpg, YCBCR, false, false",
        "decoding/cmyk.jpg, CMYK, false, false",
        "decoding/cmyk_as_ycck.jpg, YCCK, false, false"
    })
    void readsTheHeader(String name, JpegColors colors, boolean progressive, boolean arithmetic) throws CodecException {
        JpegHeader header = open(DATA.bytes(name)).header();

        assertEquals(new JpegHeader(37, 29, colors, progressive, arithmetic), header);
    }

    @Test
    void decodesOnce() throws CodecException {
        JpegDecoder decoder = open(file("gray"));
        decoder.decode((y, count, rgb) -> {});

        assertThrows(IllegalStateException.class, () -> decoder.decode((y, count, rgb) -> {}));
    }

    @Test
    void passesTheConsumersExceptionsOn() throws CodecException {
        JpegDecoder decoder = open(file("rgb_420"));
        IllegalArgumentException full = new IllegalArgumentException("full");

        assertEquals(
                full,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> decoder.decode((y, count, rgb) -> {
                            throw full;
                        })));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gray",
                "rgb_420",
                "rgb_420_progressive",
                "cmyk",
                "arithmetic",
                "restart_blocks",
                "restart_blocks_progressive"
            })
    void refusesAFileCutAnywhere(String name) {
        byte[] whole = file(name);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            String message = assertThrows(
                            CodecException.class, () -> Verdicts.rgb(cut), name + " of " + length + " bytes")
                    .getMessage();
            if (length > 2) {
                assertEquals("truncated JPEG: the file of " + length + " bytes ends before its picture does", message);
            }
        }
    }

    @Test
    void takesTheHeightFromBehindTheScanWhereTheHeaderLeavesItOpen() throws CodecException {
        for (String name : new String[] {"rgb_420", "restart_blocks"}) {
            byte[] whole = file(name);
            byte[] open = whole.clone();
            ByteBuffer.wrap(open).putShort(indexOf(whole, "ffc0") + 5, (short) 0);
            byte[] withLines = replaced(open, "ffd9", "ffdc0004001dffd9");

            assertArrayEquals(Verdicts.rgb(whole), Verdicts.rgb(withLines));
            assertEquals("corrupt picture: expected at least one pixel, found 37x0", messageOf(open));
        }
    }

    @Test
    void decodesFramesOfMotionJpeg() throws CodecException {
        byte[] whole = file("rgb_420"); // with the standard's tables
        byte[] frame = whole;
        while (indexOf(frame, "ffc4") >= 0) {
            int at = indexOf(frame, "ffc4");
            int length = ByteBuffer.wrap(frame).getShort(at + 2) + 2;
            frame = without(frame, at, length);
        }

        assertTrue(frame.length < whole.length - 400);
        assertArrayEquals(Verdicts.rgb(whole), Verdicts.rgb(frame));
    }

    @ParameterizedTest
    @CsvSource({
        "ffc00011, ffc30011, lossless coding",
        "ffc00011, ffc50011, hierarchical coding",
        "ffc00011, ffcb0011, lossless coding",
        "ffc00011, ffcd0011, hierarchical coding",
        "ffc00011, ffc80011, an extension",
        "ffc0001108, ffc000110c, 'expected 8 bits a sample, found 12; convert it to 8 bits first'",
        "012200021101, 013200022101, 'expected sampling factors that divide the largest, found 2x1 of 3x2'",
        "0122000211, 0152000211, 'expected sampling factors of 1 to 4, found 5'",
        "0122000211, 0102000211, 'expected sampling factors of 1 to 4, found 0'",
        "0122000211, 0144000211, 'expected MCUs of at most 10 blocks, found 18'",
        "ffc00011, ffc20011, 'a progressive scan of coefficients 0 to 63, bits 0 to 0, of 3 components'",
        "031101ff, 031109ff, 'no quantization table 9 before the scan that needs it'",
        "ffda000c0301000211, ffda000c0301000911, 'a scan of a component 9'",
        "ffda000c03010002, ffda000b03010002, 'expected a scan''s header of 8 to 14 bytes'",
        "ffda000c03010002, ffda000c03012202, 'no DC Huffman table 2 before the scan that needs it'",
        "ffc400b51000, ffc400b51400, 'expected a Huffman table 0 to 3, found 4'",
        "ffc4001f0000, ffc4001f00ff, 'a Huffman table is longer than its segment'",
        "ffc4001f000001, ffc4001f000003, 'a Huffman table is longer than its segment'",
        "00010501010101010100, 02000401010101010100, 'the DC Huffman table 0 is no prefix code'",
        "ffdb0043000d, ffdb0043040d, 'expected a quantization table 0 to 3, found 4'",
        "ffdb0043000d, ffdb0042000d, 'a quantization table is longer than its segment'",
        "ffc00011080, ffc00012080, 'expected a frame''s header of 17 bytes, found 18'",
        "ffd9, ffbf, 'expected a marker, found 0xff, 0xbf'",
        "ffdb0043000d, ff020043000d, 'expected a marker, found 0xff, 0x2'",
        "ffdb0043000d, ff01ff43000d, 'expected a marker, found 0xff, 0x1'",
        "ffdb0043000d, ffd80043000d, 'expected one start of image, found two'",
        "ffd8ffe0, ffd800e0, 'expected a marker behind the start of image'",
        "ffd8ffe0, ffd9ffe0, 'expected a start of image'",
        "ffda000c03010002, ffd9000c03010002, 'no scan before the end of the picture'",
        "ffc0001108001d002503, ffda001108001d002503, 'a scan before the frame''s header'",
        "ffda000c03010002, ffdd000503010002, 'expected a restart interval of 4 bytes, found 5'",
        "ffda000c03010002, ffcc000420010002, 'expected arithmetic conditioning 0 to 31, found 32'",
        "ffda000c03010002, ffcc000400120002, 'expected arithmetic conditioning in order, found 2 above 1'",
        "ffda000c03010002, ffcc000310010002, 'arithmetic conditioning is longer than its segment'"
    })
    void saysWhatIsWrong(String from, String to, String message) {
        String found = messageOf(replaced(file("rgb_420"), from, to));

        assertTrue(found.contains(message), found);
    }

    @Test
    void namesWhatHasTwoComponents() {
        byte[] two = replaced(file("rgb_420"), "ffc0001108001d002503", "ffc000" + "0e08001d002502");

        assertEquals("JPEG: expected 1, 3 or 4 components, found 2", messageOf(two));
    }

    @Test
    void refusesMorePixelsThanItMay() {
        byte[] jpeg = file("gray");

        String message = assertThrows(CodecException.class, () -> JpegDecoder.open(jpeg, 37 * 29 - 1))
                .getMessage();

        assertEquals("expected at most 1072 pixels, found 37x29; shrink the picture first", message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gray", "rgb_420_progressive"})
    void refusesAPictureThatTheFileDoesNotPayFor(String name) {
        byte[] jpeg = file(name);
        int size = indexOf(jpeg, "001d0025");
        ByteBuffer.wrap(jpeg).putShort(size, (short) 9000).putShort(size + 2, (short) 9000);
        long before = AllocatedBytes.ofThisThread();

        String message = messageOf(jpeg);

        assertTrue(message.contains("truncated"), message);
        assertTrue(AllocatedBytes.ofThisThread() - before < 1 << 20, "allocated much");
    }

    @Test
    void refusesABombOfScans() {
        byte[] bomb = withScans(file("rgb_420_progressive"), 65_500);
        double start = CpuTime.seconds();

        assertEquals("JPEG: expected at most 500 scans, found more", messageOf(bomb));
        assertTrue(CpuTime.seconds() - start < 2, "took long");
    }

    @Test
    void aLargePictureHasFewScans() throws CodecException {
        byte[] jpeg = file("rgb_420_progressive");
        Verdicts.rgb(JpegDecoder.open(jpeg, 37 * 29));
        byte[] bomb = withScans(jpeg, 40);

        String message = assertThrows(CodecException.class, () -> JpegDecoder.open(bomb, 37 * 29))
                .getMessage();

        assertEquals("JPEG: expected at most 16 scans of 37x29 pixels, found more; write it with fewer", message);
    }

    /** The last scan so many more times. */
    private static byte[] withScans(byte[] jpeg, int more) {
        int last = jpeg.length - 1;
        do {
            last--;
        } while (!HEX.formatHex(jpeg, last, last + 2).equals("ffda"));
        ByteArrayOutputStream longer = new ByteArrayOutputStream();
        longer.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < more; i++) {
            longer.write(jpeg, last, jpeg.length - last - 2);
        }
        longer.writeBytes(HEX.parseHex("ffd9"));
        return longer.toByteArray();
    }

    @Test
    void manySegmentsTakeLittleTime() throws CodecException {
        byte[] jpeg = file("gray");
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        flood.write(jpeg, 0, 2);
        for (int i = 0; i < 1_000_000; i++) {
            flood.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, 2});
        }
        flood.write(jpeg, 2, jpeg.length - 2);
        double start = CpuTime.seconds();

        assertArrayEquals(Verdicts.rgb(jpeg), Verdicts.rgb(flood.toByteArray()));
        assertTrue(CpuTime.seconds() - start < 2, "took long");
    }

    /** Flat gray; blocks of 6 bits each: no difference, no coefficients. */
    private static byte[] flat(int width, int height) {
        byte[] quantization = new byte[64];
        Arrays.fill(quantization, (byte) 1);
        int blocks = Math.ceilDiv(width, 8) * Math.ceilDiv(height, 8);
        byte[] data = new byte[Math.ceilDiv(blocks, 4) * 3];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) new int[] {0x28, 0xa2, 0x8a}[i % 3];
        }
        ByteBuffer file = ByteBuffer.allocate(data.length + 120);
        file.put(HEX.parseHex("ffd8ffdb004300")).put(quantization);
        file.put(HEX.parseHex("ffc0000b08")).putShort((short) height).putShort((short) width);
        file.put(HEX.parseHex("01011100ffda0008010100003f00")).put(data).put(HEX.parseHex("ffd9"));
        return Arrays.copyOf(file.array(), file.position());
    }

    @Test
    void aPictureOfOneScanNeedsMemoryForBandsAlone() throws CodecException {
        byte[] jpeg = flat(9000, 9000);
        long allocated = Long.MAX_VALUE;
        // The first picture after the change to vectors has some on the heap, until that is compiled.
        for (int i = 0; i < 3 && allocated >= 2 << 20; i++) {
            long before = AllocatedBytes.ofThisThread();
            long[] sum = {0};

            open(jpeg).decode((y, count, rgb) -> {
                for (int k = 0; k < 3 * 9000 * count; k++) {
                    sum[0] += rgb[k] & 0xff;
                }
            });

            assertEquals(128L * 3 * 9000 * 9000, sum[0]);
            allocated = AllocatedBytes.ofThisThread() - before;
        }
        assertTrue(allocated < 2 << 20, "expected less than 2 MB, found " + allocated);
    }

    @Test
    void whatFollowsTheOnlyScanMayBeMissingButNotWrong() throws CodecException {
        byte[] jpeg = file("gray");
        byte[] pixels = Verdicts.rgb(jpeg);
        byte[] open = Arrays.copyOf(jpeg, jpeg.length - 2);

        assertArrayEquals(pixels, Verdicts.rgb(joined(open, "53454648".repeat(9))));
        assertArrayEquals(pixels, Verdicts.rgb(joined(open, "53454648ffe1".repeat(9))));
        assertTrue(messageOf(joined(open, "ffda0008010100003f00")).contains("expected one scan, found two"));
        assertTrue(messageOf(joined(open, "fff0")).contains("expected a marker"));
        // Pillow does not read on where it has all rows.
        assertArrayEquals(pixels, Verdicts.rgb(joined(open, "00".repeat(1 << 16) + "fff0")));
    }

    @Test
    void refusalsAreOneLineThatBeginsWithTheName() {
        byte[] jpeg = file("ycck_420_progressive");
        for (int at = 2; at < Math.min(jpeg.length, 700); at++) {
            byte[] changed = jpeg.clone();
            changed[at] ^= (byte) 0x55;
            try {
                Verdicts.rgb(changed);
            } catch (CodecException e) {
                Refusal.check(e, "");
            }
        }
    }

    private static JpegDecoder open(byte[] file) throws CodecException {
        return JpegDecoder.open(file, ImageSize.MAX_PIXELS);
    }

    private static String messageOf(byte[] file) {
        CodecException e = assertThrows(CodecException.class, () -> Verdicts.rgb(file));
        Refusal.check(e, "");
        return e.getMessage();
    }

    private static byte[] file(String name) {
        return DATA.bytes("decoding/" + name + ".jpg");
    }

    private static int indexOf(byte[] file, String hex) {
        int at = HEX.formatHex(file).indexOf(hex);
        while (at % 2 == 1) {
            at = HEX.formatHex(file).indexOf(hex, at + 1);
        }
        return at < 0 ? -1 : at / 2;
    }

    /** Replaces the first occurrence. */
    private static byte[] replaced(byte[] file, String from, String to) {
        int at = indexOf(file, from);
        assertTrue(at >= 0, "no " + from);
        String hex = HEX.formatHex(file);
        return HEX.parseHex(hex.substring(0, 2 * at) + to + hex.substring(2 * at + from.length()));
    }

    private static byte[] without(byte[] file, int at, int length) {
        byte[] shorter = Arrays.copyOf(file, file.length - length);
        System.arraycopy(file, at + length, shorter, at, shorter.length - at);
        return shorter;
    }

    private static byte[] joined(byte[] file, String hex) {
        return HEX.parseHex(HEX.formatHex(file) + hex);
    }
}
