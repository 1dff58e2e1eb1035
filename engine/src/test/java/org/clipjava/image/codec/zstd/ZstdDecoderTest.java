package org.clipjava.image.codec.zstd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.StreamCorpus;
import org.clipjava.image.codec.StreamDecoderContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dclip.zstd.corpus=FOLDER} adds what {@code zstd_corpus.py FOLDER} has made. */
class ZstdDecoderTest extends StreamDecoderContract {
    private static final HexFormat HEX = HexFormat.of();

    static final StreamCorpus FILES =
            new StreamCorpus("zstd", (data, most) -> new ZstdDecoder(data, 0, data.length, most)::read);

    ZstdDecoderTest() {
        super(FILES);
    }

    /** A frame of a window of 1 KiB, without a checksum. */
    private static final String FRAME = "28b52ffd 00 00 ";

    /** A last block that is empty. */
    private static final String LAST = " 010000";

    private static byte[] bytes(String hex) {
        return HEX.parseHex(hex.replace(" ", ""));
    }

    /** Of three bytes, the lowest first. */
    private static String lowestFirst(int number) {
        return HEX.toHexDigits((byte) number)
                + HEX.toHexDigits((byte) (number >> 8))
                + HEX.toHexDigits((byte) (number >> 16));
    }

    private static byte[] read(byte[] zstd, int most) throws CodecException {
        return FILES.read(zstd, most);
    }

    private static String text(String hex) throws CodecException {
        return new String(read(bytes(hex), 100), ISO_8859_1);
    }

    private static void refuses(String hex, String why) {
        FILES.refuses(bytes(hex), 100, why);
    }

    @Test
    void readsBlocksThatAreNotCompressed() throws CodecException {
        assertEquals("", text(FRAME + LAST), "no block");
        assertEquals("", text("28b52ffd 20 00 010000"), "of a size of 0");
        assertEquals("abcxxxxx", text(FRAME + "180000 616263 2b0000 78"), "as it is, then one value");
        assertEquals("abc", text(FRAME + "000000 180000 616263 000000" + LAST), "empty ones between");
    }

    @Test
    void readsFramesInTurnAndSkipsOthers() throws CodecException {
        String a = FRAME + "090000 61";
        String b = FRAME + "090000 62";
        String skipped = "5f2a4d18 02000000 ffff";
        assertEquals("ab", text(a + b));
        assertEquals("ab", text(skipped + a + "502a4d18 00000000" + b + skipped));
        assertEquals("a", text(a + FRAME + LAST + "502a4d18 ffffffff 00"), "what is skipped may be cut off");
        assertEquals("", text(""));
        refuses(a + "00000000", "expected a frame, found 0x0");
    }

    @Test
    void readsLiteralsOfOneValue() throws CodecException {
        assertEquals("zzzzz", text(FRAME + "1d0000 29 7a 00"));
        assertEquals("z".repeat(70), text(FRAME + "250000 6504 7a 00"), "of a longer size");
    }

    /** Nothing is stored of them: matches of three bytes, 1 and 4 bytes before in turn, whose tables have one code each. */
    @ParameterizedTest
    @CsvSource({"127, 7f", "128, 8080", "1000, 83e8", "32511, feff", "32512, ff0000", "40000, ff401d"})
    void countsSequences(int n, String count) throws CodecException {
        int body = 1 + count.length() / 2 + 4 + 1;
        String zstd = "28b52ffd 00 38 200000 61626364 %02x0000 00 %s 54 000000 01".formatted(body << 3 | 5, count);
        byte[] found = read(bytes(zstd), 200_000);
        byte[] expected = new byte[4 + 3 * n];
        System.arraycopy(new byte[] {'a', 'b', 'c', 'd'}, 0, expected, 0, 4);
        for (int i = 4; i < expected.length; i++) {
            expected[i] = expected[i - ((i - 4) / 3 % 2 == 0 ? 4 : 1)];
        }
        assertArrayEquals(expected, found);
    }

    /** As far back as the window goes, over blocks of its size and buffers that were moved. */
    @Test
    void repeatsWhatABlockLongBeforeHas() throws CodecException {
        StringBuilder zstd = new StringBuilder(FRAME);
        byte[] first = new byte[1024];
        new Random(1).nextBytes(first);
        zstd.append("002000").append(HEX.formatHex(first));
        // No literals, and one match: its length is 515 (code 45, of 9 bits) + 509, its offset 1024 (code 10, of 10
        // bits) + 3.
        String match = "4c0000 00 01 54 00 0a 2d " + lowestFirst(1 << 19 | 3 << 9 | 509);
        for (int i = 0; i < 20; i++) {
            zstd.append(match);
        }
        byte[] found = read(bytes(zstd + LAST), 100_000);
        assertEquals(21 * 1024, found.length);
        for (int i = 0; i < found.length; i++) {
            assertEquals(first[i % 1024], found[i]);
        }
    }

    @Test
    void refusesWhatIsDamaged() {
        refuses(FRAME + "070000", "expected a block of a known kind, found 3");
        refuses(FRAME + "092000 00", "expected a block of at most 1024 bytes, found 1025");
        refuses(FRAME + "050000", "expected 1 bytes more in a block");
        refuses("28b52ffd 08 00" + LAST, "a bit that is reserved");
        refuses("28b52ffd 20 02 090000 61", "expected a frame of 2 bytes, found 1");
        refuses("28b52ffd 04 00 090000 61 00000000", "expected a frame of checksum 0x0, found 0x");
        refuses(FRAME + "150000 03 00", "expected 2 bytes more in a block, found 1");
        refuses(FRAME + "1d0000 08 61 01", "expected 1 bytes more in a block");
        refuses(FRAME + "4d0000 08 61 01 54 00 0a 00 00 04", "expected a match at most 0 bytes before, found one 1021");
        refuses(FRAME + "450000 08 61 01 54 00 0a 00 01", "expected 1 sequences, found fewer");
        refuses(FRAME + "450000 08 61 01 57 00 00 00 01", "expected tables of a known kind");
        refuses(FRAME + "450000 08 61 01 54 24 00 00 01", "expected a code below 36, found 36");
        refuses(FRAME + "450000 08 61 01 54 00 00 00 00", "expected bits that end with a mark");
        refuses(FRAME + "2d0000 08 61 01 fc 01", "expected a table of codes before one is taken again");
        refuses(FRAME + "2d0000 13 40 00 01 00", "expected a table of Huffman's code before one is taken again");
    }

    @Test
    void refusesADictionaryAndWindowsThatAreTooLarge() {
        refuses("28b52ffd 01 00 2a" + LAST, "expected data without a dictionary, found dictionary 42");
        byte[] large = bytes("28b52ffd 00 f8" + LAST);
        String message = String.valueOf(assertThrows(
                        CodecException.class,
                        () -> new ZstdDecoder(large, 0, large.length, 1L << 40).read(new byte[1], 0, 1))
                .getMessage());
        assertTrue(message.contains("expected a window of at most 134217729 bytes, found 1099511627776"), message);
    }

    @Test
    void endsOrRefusesWhateverIsCutOffOrChanged() throws CodecException {
        for (String name : List.of("mixed_257_19_sized.zst", "skewed_100_3_sized.zst", "mixed_1000_19_sized.zst")) {
            assertTrue(FILES.damage(name, 1000) > FILES.committed(name).length / 20, name);
        }
    }

    @Test
    void noticesAnyByteThatIsNotWhatWasSummed() throws CodecException {
        byte[] zstd = FILES.committed("two_5000_1_window.zst");
        assertEquals(5000, read(zstd, 5000).length);
        zstd[zstd.length - 1] ^= 1;
        FILES.refuses(zstd, 5000, "expected a frame of checksum");
    }
}
