package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegFileTest {
    /** Where two components share an id, a scan's list does not tell them apart. */
    @ParameterizedTest
    @CsvSource({"1, 1, 3", "1, 2, 1", "1, 2, 2"})
    void doesNotRelabelComponentsThatShareAnId(int first, int second, int third) throws IOException {
        byte[] jpeg = TestData.committed().bytes("decoding/rgb_444.jpg");
        assertTrue(JpegFile.read(jpeg).canBeRelabelled());
        int frame = frame(jpeg);
        jpeg[frame + 10] = (byte) first;
        jpeg[frame + 13] = (byte) second;
        jpeg[frame + 16] = (byte) third;
        assertFalse(JpegFile.read(jpeg).canBeRelabelled());
    }

    @Test
    void relabelsThreeComponentsOnly() throws IOException {
        JpegFile gray = JpegFile.read(TestData.committed().bytes("decoding/gray.jpg"));
        assertFalse(gray.canBeRelabelled());
        assertThrows(IllegalStateException.class, gray::withoutColorSpace);
    }

    private static int frame(byte[] jpeg) {
        int at = 0;
        while ((jpeg[at] & 0xff) != 0xff || (jpeg[at + 1] & 0xff) != 0xc0) {
            at++;
        }
        return at;
    }
}
