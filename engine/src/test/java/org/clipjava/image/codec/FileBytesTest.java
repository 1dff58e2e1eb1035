package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileBytesTest {
    private static final int HEAD = 50_000;

    private static byte[] numbers(int n) {
        byte[] file = new byte[n];
        for (int i = 0; i < n; i++) {
            file[i] = (byte) (i * 31 + (i >> 8));
        }
        return file;
    }

    /** Below, at and beyond the first read, the head's limit and what was expected. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8191, 8192, 8193, 32_768, 49_999, 50_000, 50_001, 207_000})
    void givesTheWholeFileHoweverMuchOfItWasLookedAt(int size) throws IOException {
        byte[] file = numbers(size);
        for (int looked : new int[] {0, 1, 8193, HEAD, HEAD + 1}) {
            for (int expected : new int[] {0, size / 2, size, 2 * size}) {
                FileBytes bytes = FileBytes.of(new ByteArrayInputStream(file), HEAD);
                assertEquals(looked <= Math.min(size, HEAD), bytes.has(looked));
                assertArrayEquals(file, bytes.whole(expected, 1 << 20), "expected " + expected);
                assertArrayEquals(file, bytes.whole(expected, 1 << 20));
                assertEquals(size, bytes.length());
                assertArrayEquals(Arrays.copyOf(file, Math.min(size, 1024)), bytes.first(1024));
            }
        }
    }

    @Test
    void readsNoMoreOfAHeadThanItMay() throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(numbers(207_000));
        FileBytes bytes = FileBytes.of(in, HEAD);
        assertEquals(207_000, in.available());
        assertEquals(0, bytes.u8(0));
        assertEquals(207_000 - 8192, in.available());
        assertThrows(EOFException.class, () -> bytes.u8(HEAD));
        assertEquals(207_000 - HEAD, in.available());
        assertTrue(bytes.has(HEAD));
        assertFalse(bytes.has(1L << 40));
    }

    @Test
    void readsNumbersOfBothByteOrders() throws IOException {
        FileBytes bytes = FileBytes.of(new byte[] {9, (byte) 0x81, 2, 3, (byte) 0x84});
        assertEquals(0x81020384L, bytes.bigEndian(1, 4));
        assertEquals(0x84030281L, bytes.littleEndian(1, 4));
        assertEquals(0x8102, bytes.bigEndian(1, 2));
        assertThrows(EOFException.class, () -> bytes.bigEndian(2, 4));
    }

    @Test
    void refusesAFileThatIsTooLargeForGood() throws IOException {
        byte[] file = numbers(1000);
        FileBytes large = FileBytes.of(new ByteArrayInputStream(file), HEAD);
        for (int i = 0; i < 2; i++) {
            String message = assertThrows(CodecException.class, () -> large.whole(0, 999))
                    .getMessage();
            assertEquals("expected at most 999 bytes, found more", message);
        }
        assertArrayEquals(
                file, FileBytes.of(new ByteArrayInputStream(file), HEAD).whole(0, 1000));
    }
}
