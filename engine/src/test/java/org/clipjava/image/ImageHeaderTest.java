package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsTheOrientationThatTheDecoderApplies(int orientation) throws IOException {
        for (String format : new String[] {"jpg", "png", "tif"}) {
            String name = "exif" + orientation + "." + format;
            ImageHeader header = ImageHeader.of(TestData.committed().bytes("decoding/" + name), name);
            assertEquals(orientation, header.orientation(), name);
        }
    }

    @Test
    void readsTheFormat() throws IOException {
        for (String name : new String[] {"gray.gif", "gray.bmp", "gray.jpg", "gray8.png"}) {
            ImageHeader header = ImageHeader.of(TestData.committed().bytes("decoding/" + name), name);
            assertEquals(
                    name.replaceFirst(".*\\.", "").replace("jpg", "jpeg"),
                    header.format().toLowerCase(java.util.Locale.ROOT));
            assertEquals(1, header.orientation());
        }
    }

    @Test
    void refusesACorruptPicture() {
        byte[] cut = java.util.Arrays.copyOf(TestData.committed().bytes("decoding/exif6.png"), 20);
        assertThrows(ImageFormatException.class, () -> ImageHeader.of(cut, "cut"));
    }
}
