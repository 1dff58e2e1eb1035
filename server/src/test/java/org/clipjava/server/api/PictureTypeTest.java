package org.clipjava.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureTypeTest {
    @ParameterizedTest
    @CsvSource({
        "pictograms/snail.png, image/png",
        "formats/jp2_bits_6_1.jp2, image/jp2",
        "formats/jp2_any_6_8x16.j2k, image/j2c",
        "formats/tiff_ycbcr_2x2_tiles.tif, image/tiff"
    })
    void tellsAFileByItsFirstBytes(String file, String type) {
        byte[] head = Arrays.copyOf(TestData.committed().bytes(file), PictureType.HEAD);
        assertEquals(type, PictureType.of(head));
    }

    @Test
    void namesNoTypeOfBytesThatTellNone() {
        assertEquals("application/octet-stream", PictureType.of(new byte[3]));
    }
}
