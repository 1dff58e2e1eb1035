package org.clipjava.image.codec.xz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.StreamCorpus;
import org.clipjava.image.codec.StreamDecoderContract;
import org.clipjava.testdata.AllocatedBytes;
import org.junit.jupiter.api.Test;

/** {@code -Dclip.xz.corpus=FOLDER} adds what {@code xz_corpus.py FOLDER} has made. */
class XzDecoderTest extends StreamDecoderContract {
    private static final HexFormat HEX = HexFormat.of();

    static final StreamCorpus FILES =
            new StreamCorpus("xz", (data, most) -> new XzDecoder(data, 0, data.length, most)::read);

    XzDecoderTest() {
        super(FILES);
    }

    /** What the header of a block says of LZMA2 alone, with a dictionary of 4 KiB. */
    private static final String LZMA2 = "00 210100";

    /** A chunk that is stored, after a reset. */
    private static final String ABC = "01 0002 616263";

    /** A header, or what is like one, with its CRC32. */
    private static String summed(String hex) {
        byte[] bytes = bytes(hex);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return hex + HEX.toHexDigits(Integer.reverseBytes((int) sum.getValue()));
    }

    /** With a check of some kind. */
    private static String stream(int check) {
        return "fd377a585a00" + summed("00" + HEX.toHexDigits((byte) check));
    }

    /** With what its header says, and without a check. */
    private static String block(String header, String chunks) {
        int bytes = bytes(header).length;
        int filled = bytes + (3 - bytes & 3);
        return summed(HEX.toHexDigits((byte) ((filled + 1) / 4)) + header + "00".repeat(filled - bytes))
                + chunks
                + "00".repeat(-bytes(chunks).length & 3);
    }

    private static byte[] bytes(String hex) {
        return HEX.parseHex(hex.replace(" ", ""));
    }

    private static String text(String hex) throws CodecException {
        return new String(FILES.read(bytes(hex), 100), ISO_8859_1);
    }

    private static void refuses(String hex, String why) {
        FILES.refuses(bytes(hex), 100, why);
    }

    private static void refusesChunks(String chunks, String why) {
        refuses(stream(0) + block(LZMA2, chunks), why);
    }

    @Test
    void readsChunksThatAreStored() throws CodecException {
        assertEquals("", text(stream(0) + block(LZMA2, "00")), "none");
        assertEquals("abcde", text(stream(0) + block(LZMA2, ABC + "02 0001 6465 00")), "two");
        assertEquals("abcabc", text(stream(0) + block(LZMA2, ABC + ABC + "00")), "a reset between");
        assertEquals("abc", text(stream(0) + block(LZMA2, ABC)), "without an end");
    }

    @Test
    void readsBlocksUpToTheIndex() throws CodecException {
        String block = block(LZMA2, ABC + "00");
        assertEquals("abcabc", text(stream(0) + block + block));
        assertEquals("abc", text(stream(0) + block + "00" + block), "an index");
        assertEquals("abc", text(stream(0) + block + "0201"), "a header that is cut off");
        assertEquals("", text(stream(0)), "no block");
        assertEquals("", text("fd377a58"), "a stream's header that is cut off");
        assertEquals("", text(""));
    }

    @Test
    void looksAtSumsThatAreThereAndKnown() throws CodecException {
        String block = block(LZMA2, ABC + "00");
        assertEquals("abc", text(stream(1) + block + "c2412435"), "CRC32");
        refuses(stream(1) + block + "c2412436", "expected a block of checksum 0x362441c2, found 0x352441c2");
        assertEquals("abc", text(stream(1) + block + "c24124"), "cut off");
        refuses(stream(4) + block + "0000000000000000", "expected a block of checksum 0x0, found 0x");
        String sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertEquals("abcabc", text(stream(10) + block + sha256 + block + sha256));
        refuses(stream(10) + block + "00".repeat(32), "expected a block of SHA-256 0000");
        for (int[] kind : new int[][] {{2, 4}, {5, 8}, {7, 16}, {12, 32}, {15, 64}}) {
            String unknown = block + "ff".repeat(kind[1]);
            assertEquals("abcabc", text(stream(kind[0]) + unknown + unknown), "kind " + kind[0]);
        }
    }

    @Test
    void holdsABlockToItsSizes() throws CodecException {
        String chunks = ABC + "00";
        assertEquals("abc", text(stream(0) + block("c0 07 03 210100", chunks)));
        refuses(stream(0) + block("40 08 210100", chunks), "expected a block of 8 compressed bytes, found 7");
        refuses(stream(0) + block("80 04 210100", chunks), "expected a block of 4 bytes, found 3");
        refuses(stream(0) + block("80 02 210100", ABC + "02"), "expected a block of 2 bytes, found 3");
    }

    @Test
    void addsDifferencesUp() throws CodecException {
        assertEquals("abcd", text(stream(0) + block("01 030100 210100", "01 0003 61010101 00")), "to the byte before");
        assertEquals("aabb", text(stream(0) + block("02 030100 030101 210100", "01 0003 6100a000 00")), "and of these");
    }

    private static void refusesHeader(String header, String why) {
        refuses(stream(0) + block(header, ABC + "00"), why);
    }

    @Test
    void refusesHeadersThatAreDamagedOrUnknown() {
        refuses("28b52ffd0000000000000000", "expected a stream's header, found bytes of something else");
        refuses("fd377a585a00000100000000", "expected the flags of a stream of checksum 0x0, found 0x");
        refuses("fd377a585a00" + summed("0010"), "expected flags that are known, found 0x1000");
        refuses("fd377a585a00" + summed("0100"), "expected flags that are known, found 0x1");
        refuses(stream(0) + "02" + LZMA2 + "000000 00000000", "expected a block's header of checksum 0x0, found 0x");
        refusesHeader("04 210100", "expected flags of a block that are known, found 0x4");
        refusesHeader("00 210100 000001", "expected a block's header that is filled with 0");
        refusesHeader("00 210129", "expected a dictionary of a size that is known, found 41");
        refusesHeader("00 210200", "found filter 0x21 of 2 properties");
        refusesHeader("01 0400 210100", "found filter 0x4 of 0 properties");
        refusesHeader("00 030100", "found filter 0x3 of 1 properties");
        refusesHeader("01 210100 210100", "found filter 0x21 of 1 properties");
        refusesHeader("00 a100 0100", "expected a number without needless bytes");
        refusesHeader("00 ffffffffffffffffff 00", "expected a number of at most 63 bits");
        refusesHeader("03 030100 030100", "expected more in a block's header");
        String filled = stream(0) + block(LZMA2, ABC + "00");
        refuses(filled.substring(0, filled.length() - 1) + "1", "expected a block that is filled with 0");
    }

    @Test
    void refusesChunksThatAreDamaged() {
        refusesChunks("03", "expected a chunk of a known kind, found 0x3");
        refusesChunks("02 0000 61", "expected a chunk that does not need what was before, found 0x2");
        refusesChunks("c0 0000 0000 00", "expected a chunk that does not need what was before, found 0xc0");
        refusesChunks(ABC + "80 0000 0000 00", "expected a chunk that does not need what was before, found 0x80");
        refusesChunks(ABC + "a0 0000 0000 00", "expected a chunk that does not need what was before, found 0xa0");
        refusesChunks("e0 0000 0004 e1 0000000000", "expected properties of at most 224, found 225");
        refusesChunks("e0 0000 0004 0d 0000000000", "expected literals by at most 4 bits of what is before, found 5");
        refusesChunks("e0 0000 0003 5d 00000000", "expected a chunk of at least 5 bytes that begins with 0");
        refusesChunks("e0 0000 0004 5d 0100000000", "expected a chunk of at least 5 bytes that begins with 0");
        refusesChunks("e0 0063 0004 5d 0000000000", "expected the symbols of a chunk, its bytes end before");
        refusesChunks("e0 0000 0007 5d 0000000000 000000", "expected the symbols of a chunk to end with its bytes");
        refusesChunks("e0 0fff 0009 5d 00ffffffff ffffffffff", "expected a match at most 0 bytes before, found one");
    }

    @Test
    void endsOrRefusesWhateverIsCutOffOrChanged() throws CodecException {
        for (String name :
                List.of("mixed_257_9.xz", "skewed_100_lc4.xz", "mixed_1000_lc0.xz", "noise_1000_deltas.xz")) {
            // Only the index and the footer may be anything.
            assertTrue(FILES.damage(name, 1000) > FILES.committed(name).length - 40, name);
        }
    }

    @Test
    void holdsNoMoreThanWhatIsRead() throws CodecException {
        byte[] xz = bytes(stream(0) + block("00 210128", ABC + "00"));
        byte[] out = new byte[3];
        assertEquals(3, new XzDecoder(xz, 0, xz.length, 3).read(out, 0, 3), "loads what it needs");
        long before = AllocatedBytes.ofThisThread();
        assertEquals(3, new XzDecoder(xz, 0, xz.length, 1L << 40).read(out, 0, 3));
        assertTrue(AllocatedBytes.ofThisThread() - before < 200_000, "a dictionary of 4 GiB that is hardly used");
    }
}
