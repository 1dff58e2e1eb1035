package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TiffDirectoryTest {
    private static final int TAG = 274;

    /** A file of one entry, whose value, if it has more than four bytes, follows the directory. */
    private static byte[] tiff(ByteOrder order, int type, int count, long value) {
        boolean large = order == ByteOrder.BIG_ENDIAN;
        ByteBuffer file = ByteBuffer.allocate(40).order(order);
        file.put((byte) (large ? 'M' : 'I')).put((byte) (large ? 'M' : 'I')).putShort((short) 42);
        file.putInt(8).putShort((short) 1).putShort((short) TAG).putShort((short) type);
        file.putInt(count);
        return file.putLong(value).array();
    }

    @ParameterizedTest
    @CsvSource({
        "1, , 0x01",
        "2, , 0",
        "3, 0x0102, 0x0102",
        "4, 0x01020304, 0x01020304",
        "5, , 0",
        "6, 0x01, 0x01",
        "7, , 0",
        "8, 0x0102, 0x0102",
        "9, 0x01020304, 0x01020304",
        "11, , 0",
        "13, 0x01020304, 0x01020304",
        "99, , 0"
    })
    void readsIntegersOfEachType(int type, Integer first, long unsigned) {
        TiffDirectory directory = TiffDirectory.read(tiff(ByteOrder.BIG_ENDIAN, type, 1, 0x01020304_00000000L));
        assertEquals(first == null ? OptionalInt.empty() : OptionalInt.of(first), directory.first(TAG));
        assertEquals(unsigned, directory.count(TAG) == 0 ? 0 : directory.unsigned(TAG, 0));
        assertArrayEquals(type == 3 ? new int[] {0x0102} : new int[0], directory.shorts(TAG));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsBothByteOrdersAndSigns(boolean large) {
        ByteOrder order = large ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        TiffDirectory minus = TiffDirectory.read(tiff(order, 8, 1, -1));
        assertEquals(OptionalInt.of(-1), minus.first(TAG));
        assertEquals(0xffff, minus.unsigned(TAG, 0));
        assertEquals(0xffff_ffffL, TiffDirectory.read(tiff(order, 4, 1, -1)).unsigned(TAG, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x4d4d002a, 0x4d4d2a00, 0x4d4d002b})
    void readsTheHeadersThatPillowTakes(int header) {
        byte[] file = tiff(ByteOrder.BIG_ENDIAN, 3, 1, -1);
        ByteBuffer.wrap(file).putInt(0, header);
        assertEquals(OptionalInt.of(0xffff), TiffDirectory.read(file).first(TAG));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x4d4d002c, no TIFF",
        "0, 0x4949002a, other byte order",
        "0, 0x4d49002a, no byte order",
        "0, 0x4141002a, none",
        "4, 0x7fffffff, directory beyond the file",
        "4, -1, far beyond",
        "4, 24, entry cut off"
    })
    void readsNothingWhereTheHeaderIsBroken(int at, long value, String why) {
        byte[] file = tiff(ByteOrder.BIG_ENDIAN, 3, 1, -1);
        ByteBuffer.wrap(file).putInt(at, (int) value);
        TiffDirectory directory = TiffDirectory.read(file);
        assertEquals(0, directory.count(TAG), why);
        assertEquals(OptionalInt.empty(), directory.first(TAG), why);
        assertEquals(0, directory.unsigned(TAG, 0), why);
        assertEquals(0, directory.shorts(TAG).length, why);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 7})
    void readsNothingFromLessThanAHeader(int length) {
        byte[] file = Arrays.copyOf(tiff(ByteOrder.BIG_ENDIAN, 3, 1, -1), length);
        assertEquals(0, TiffDirectory.read(file).count(TAG));
    }

    /** A BigTIFF of one entry. */
    private static ByteBuffer big(ByteOrder order, int type, long count, long value) {
        ByteBuffer file = ByteBuffer.allocate(64).order(order);
        file.put((byte) (order == ByteOrder.BIG_ENDIAN ? 'M' : 'I')).put(file.get(0));
        file.putShort((short) 43).putShort((short) 8).putShort((short) 0).putLong(16);
        return file.putLong(1)
                .putShort((short) TAG)
                .putShort((short) type)
                .putLong(count)
                .putLong(value);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1, 0x0102_0000_0000_0000, 1, 0x0102",
        "16, 1, 0x01020304, 1, 0x01020304",
        "16, 1, -1, 1, 0xffffffff",
        "4, 2, 0x01020304_05060708, 2, 0x01020304",
        "16, 2, 48, 2, 0",
        "16, 3, 48, 0, 0",
        "16, 2, -1, 0, 0",
        "16, -1, 48, 0, 0",
        "16, 0x2000000000000001, 48, 0, 0",
        "3, 4, 0x0102_0000_0000_0000, 4, 0x0102",
        "99, 1, 1, 0, 0"
    })
    void readsBigTiffs(int type, String count, String value, int found, long first) {
        byte[] file =
                big(ByteOrder.BIG_ENDIAN, type, number(count), number(value)).array();
        TiffDirectory directory = TiffDirectory.ofFile(file);
        assertEquals(found, directory.count(TAG));
        assertEquals(first, found == 0 ? 0 : directory.unsigned(TAG, 0));
        assertEquals(0, TiffDirectory.ofFile(Arrays.copyOf(file, 15)).count(TAG));
    }

    private static long number(String text) {
        return Long.decode(text.replace("_", ""));
    }

    /** As TIFFReadDirEntryFloatArray of libtiff, which takes them for coefficients of colours. */
    @ParameterizedTest
    @CsvSource({
        "1, 0xff00_0000_0000_0000, 255",
        "2, 0x3100_0000_0000_0000, ",
        "3, 0xff00_0000_0000_0000, 65280",
        "4, 0xffff_ff00_0000_0000, 4294967040",
        "5, 0x0000_0001_0000_0004, 0.25",
        "5, 0xffff_ff00_0000_0001, 4294967040",
        "5, 0x0000_0007_0000_0000, 0",
        "6, 0xff00_0000_0000_0000, -1",
        "7, 0x0100_0000_0000_0000, ",
        "8, 0xfffe_0000_0000_0000, -2",
        "9, 0xffff_fffd_0000_0000, -3",
        "10, 0xffff_ffff_0000_0004, -0.25",
        "10, 0x0000_0001_8000_0000, 4.6566129E-10",
        "10, 0x0000_0007_0000_0000, 0",
        "11, 0x3fc0_0000_0000_0000, 1.5",
        "11, 0x7fc0_0000_0000_0000, NaN",
        "12, 0x3ff8_0000_0000_0000, 1.5",
        "12, 0xffef_ffff_ffff_ffff, -3.4028235E38",
        "12, 0x7ff8_0000_0000_0000, NaN",
        "13, 0x0000_0007_0000_0000, ",
        "16, 0x0000_0000_0000_0007, 7",
        "16, 0xffff_ff00_0000_0000, 18446742974197923840",
        "16, 0xffff_ff80_0000_0001, 18446744073709551616"
    })
    void readsNumbersOfEachType(int type, String bytes, Float value) {
        long field = HexFormat.fromHexDigitsToLong(bytes.substring(2).replace("_", ""));
        byte[] file = big(ByteOrder.BIG_ENDIAN, type, 1, field).array();
        float[] expected = value == null ? new float[0] : new float[] {value};
        assertArrayEquals(expected, TiffDirectory.ofFile(file).numbers(TAG));
    }

    @Test
    void readsSeveralNumbers() {
        byte[] shorts = big(ByteOrder.LITTLE_ENDIAN, 3, 3, 0x0003_0002_0001L).array();
        assertArrayEquals(new float[] {1, 2, 3}, TiffDirectory.ofFile(shorts).numbers(TAG));
        assertEquals(0, TiffDirectory.ofFile(shorts).numbers(TAG + 1).length);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE, 57, 64})
    void readsNothingOfABigTiffWhoseDirectoryIsElsewhere(long start) {
        byte[] file = big(ByteOrder.LITTLE_ENDIAN, 3, 1, 7).putLong(8, start).array();
        assertEquals(0, TiffDirectory.ofFile(file).count(TAG));
        assertEquals(
                7,
                TiffDirectory.ofFile(big(ByteOrder.LITTLE_ENDIAN, 3, 1, 7).array())
                        .unsigned(TAG, 0));
    }

    @ParameterizedTest
    @CsvSource({"3, 2, 2", "3, 3, 3", "3, 9, 0", "4, 2, 2", "4, 3, 0", "3, -1, 0", "4, -1, 0"})
    void takesValuesThatLieInTheFile(int type, int count, int found) {
        // of more than four bytes: from byte 24 to the file's end at 40
        byte[] file = tiff(ByteOrder.BIG_ENDIAN, type, count, 24L << 32);
        if (type == 4 && count == 3) {
            ByteBuffer.wrap(file).putInt(18, 29);
        }
        assertEquals(found, TiffDirectory.read(file).count(TAG));
    }
}
