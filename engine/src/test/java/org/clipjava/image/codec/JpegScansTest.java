package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegScansTest {
    /** Frames of 3 x 2: 6 pixels. */
    @ParameterizedTest
    @CsvSource({
        "'', 0, 0, 0, nothing",
        "ff, 0, 5, 5, less than a marker",
        "ffd8 ffd9, 0, 5, 7, no scan counts as one",
        "ffd8 ffc0 0008 08 0002 0003 01 ffda 0002 ffd9, 0, 1, 22, one scan",
        "ffd8 ffc2 0008 08 0002 0003 01 ffda 0002 0102 ffda 0002 ffd9, 0, 1, 34, two",
        "ffd8 ffc2 0008 08 0002 0003 01 ffda 0002 ffda 0002 ffd9, 0, 100, 220, at least so many pixels",
        "ffd8 ffc4 0002 ffc8 0002 ffcc 0002 ffda 0002 ffd9, 0, 1, 19, markers that are no frame",
        "ffd8 ffc0 0008 08 00, 0, 1, 13, a frame cut off",
        "ffd8 ffc0 0008 08 0002 0003, 0, 1, 18, a frame's components cut off",
        "ffd8 ffda, 0, 1, 4, a length cut off",
        "ffd8 ffff ffda 0002 ffd9, 0, 1, 9, padding before a marker",
        "ffd8 ffd0 ffd7 ff01 ffd9, 0, 1, 9, markers without a length",
        "0000 ffda 0002 ffd9, 2, 1, 5, from the middle on",
        "ffd8 ffda 0002 ffd9, 99, 1, 1, from beyond its end",
    })
    void multipliesPixelsByScansAndAddsBytes(String file, long start, long leastPixels, long work, String why) {
        byte[] bytes = HexFormat.of().parseHex(file.replace(" ", ""));
        assertEquals(work, JpegScans.work(bytes, start, leastPixels), why);
    }
}
