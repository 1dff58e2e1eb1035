package org.clipjava.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PNGs put together chunk by chunk, right and wrong. */
class PngChunksTest {
    private static final String HEADER = "00000001 00000001 08 02 000000";

    @Test
    void decodesOnePixel() throws IOException {
        RgbImage pixel = decode(png(HEADER).chunk("IDAT", deflated(0, 1, 2, 3)).chunk("IEND"));
        assertEquals(RgbImage.of(1, 1, new byte[] {1, 2, 3}), pixel);
    }

    @ParameterizedTest
    @CsvSource({
        "00000001 00000001 03 00 000000, depth 3",
        "00000001 00000001 10 03 000000, depth 16",
        "00000001 00000001 08 05 000000, colour type 5",
        "00000001 00000001 04 02 000000, depth 4",
        "00000001 00000001 04 06 000000, depth 4",
        "00000001 00000001 08 02 010000, compression 1",
        "00000001 00000001 08 02 000100, filter 1",
        "00000001 00000001 08 02 000002, interlace 2"
    })
    void refusesKindsThatThereAreNot(String header, String found) {
        assertRefused("expected a known kind of PNG, found", png(header));
        assertRefused(found, png(header));
    }

    @Test
    void refusesAHeaderThatIsShortOrComesTwice() {
        assertRefused("expected one header of 13 bytes", png("00000001 00000001 08 02 0000"));
        assertRefused(
                "expected one header of 13 bytes",
                png(HEADER).chunk("IHDR", HexFormat.of().parseHex(HEADER.replace(" ", ""))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 769, 771})
    void refusesAPaletteThatIsNoWholeNumberOfColoursOrTooMany(int bytes) {
        assertRefused(
                "expected at most 256 colours of 3 bytes, found " + bytes,
                png(HEADER).chunk("PLTE", new byte[bytes]));
    }

    @Test
    void takesTextThatIsNoExifForNoExif() throws IOException {
        for (String profile : new String[] {"", "\n", "\nexif\n 4\n", "\nexif\n 4\nxyz", "\nexif\n 1\n0"}) {
            Chunks png = png(HEADER)
                    .chunk("tEXt", ("Raw profile type exif\0" + profile).getBytes(ISO_8859_1))
                    .chunk("iTXt", "XML:com.adobe.xmp".getBytes(ISO_8859_1))
                    .chunk("iTXt", "XML:com.adobe.xmp\0\0\0".getBytes(ISO_8859_1))
                    .chunk("iTXt", "XML:com.adobe.xmp\0\1\0\0\0zip".getBytes(ISO_8859_1))
                    .chunk("zTXt", "Raw profile type exif".getBytes(ISO_8859_1))
                    .chunk("IDAT", deflated(0, 1, 2, 3))
                    .chunk("IEND");
            assertEquals(RgbImage.of(1, 1, new byte[] {1, 2, 3}), decode(png), profile);
        }
    }

    /** Two rows that orientation 3 exchanges. */
    private static Chunks twoRows() {
        return png("00000001 00000002 08 02 000000");
    }

    private static final RgbImage UPRIGHT = RgbImage.of(1, 2, new byte[] {1, 2, 3, 4, 5, 6});
    private static final RgbImage TURNED = RgbImage.of(1, 2, new byte[] {4, 5, 6, 1, 2, 3});

    private static byte[] exif(String entry) {
        return HexFormat.of()
                .parseHex("4d4d002a00000008 0001 0112 %s 00000000"
                        .formatted(entry)
                        .replace(" ", ""));
    }

    @Test
    void asksTheProfileOfNoFileThatHasExif() throws IOException {
        byte[] pixels = deflated(0, 1, 2, 3, 0, 4, 5, 6);
        byte[] profile = ("Raw profile type exif\0\nexif\n 26\n"
                        + HexFormat.of().formatHex(exif("0003 00000001 00030000")))
                .getBytes(ISO_8859_1);
        assertEquals(TURNED, decode(twoRows().chunk("tEXt", profile).chunk("IDAT", pixels)));
        assertEquals(
                UPRIGHT,
                decode(twoRows()
                        .chunk("eXIf", exif("0003 00000000 00080000")) // no value
                        .chunk("tEXt", profile)
                        .chunk("IDAT", pixels)));
    }

    @Test
    void takesALastChunkThatHasAllButItsChecksum() throws IOException {
        byte[] whole = twoRows()
                .chunk("IDAT", deflated(0, 1, 2, 3, 0, 4, 5, 6))
                .chunk("eXIf", exif("0003 00000001 00030000"))
                .bytes
                .toByteArray();
        for (int cut = 0; cut <= 4; cut++) {
            byte[] file = Arrays.copyOf(whole, whole.length - cut);
            assertEquals(TURNED, ImageDecoder.standard().decode(file, "in"));
        }
    }

    @Test
    void asksNoXmpWhereExifHasAnOrientationOfAnotherType() throws IOException {
        byte[] pixels = deflated(0, 1, 2, 3, 0, 4, 5, 6);
        byte[] xmp = "XML:com.adobe.xmp\0\0\0\0\0<a tiff:Orientation=\"3\"/>".getBytes(ISO_8859_1);
        assertEquals(TURNED, decode(twoRows().chunk("iTXt", xmp).chunk("IDAT", pixels)));
        assertEquals(
                UPRIGHT,
                decode(twoRows()
                        .chunk("iTXt", xmp)
                        .chunk("eXIf", exif("0001 00000001 00000000"))
                        .chunk("IDAT", pixels)));
    }

    @Test
    void takesNoPaletteThatComesBehindPixels() throws IOException {
        String indexed = "00000001 00000001 08 03 000000";
        byte[] pixel = deflated(0, 0);
        byte[] late = {9, 9, 9};
        Chunks png = png(indexed).chunk("PLTE", (byte) 1, (byte) 2, (byte) 3).chunk("IDAT", pixel);
        assertEquals(
                RgbImage.of(1, 1, new byte[] {1, 2, 3}),
                decode(png.chunk("PLTE", late).chunk("IEND")));
        assertRefused("expected a palette", png(indexed).chunk("IDAT", pixel).chunk("PLTE", late));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000 49454e44 00000000", "00000005 49454e44", "00000003 504c5445 010203 00000000"})
    void doesNotMindDamageBehindThePixels(String tail) throws IOException {
        Chunks png = png(HEADER).chunk("IDAT", deflated(0, 1, 2, 3));
        png.bytes.writeBytes(HexFormat.of().parseHex(tail.replace(" ", "")));
        assertEquals(RgbImage.of(1, 1, new byte[] {1, 2, 3}), decode(png));
    }

    private static void assertRefused(String message, Chunks png) {
        String found =
                assertThrows(ImageFormatException.class, () -> decode(png)).getMessage();
        assertTrue(found.startsWith("in: corrupt PNG: "), found);
        assertTrue(found.contains(message), found);
    }

    private static RgbImage decode(Chunks png) throws IOException {
        return ImageDecoder.standard().decode(png.bytes.toByteArray(), "in");
    }

    private static Chunks png(String header) {
        Chunks chunks = new Chunks(new ByteArrayOutputStream());
        chunks.bytes.writeBytes(HexFormat.of().parseHex("89504e470d0a1a0a"));
        return chunks.chunk("IHDR", HexFormat.of().parseHex(header.replace(" ", "")));
    }

    private static byte[] deflated(int... values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            for (int value : values) {
                deflater.write(value);
            }
        }
        return bytes.toByteArray();
    }

    private record Chunks(ByteArrayOutputStream bytes) {
        Chunks chunk(String type, byte... content) {
            byte[] checked = ByteBuffer.allocate(4 + content.length)
                    .put(type.getBytes(ISO_8859_1))
                    .put(content)
                    .array();
            CRC32 crc = new CRC32();
            crc.update(checked);
            bytes.writeBytes(ByteBuffer.allocate(12 + content.length)
                    .putInt(content.length)
                    .put(checked)
                    .putInt((int) crc.getValue())
                    .array());
            return this;
        }
    }
}
