package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                    header.format().toLowerCase(Locale.ROOT));
            assertEquals(1, header.orientation());
        }
    }

    @Test
    void countsPixelsAsFarAsAHeaderSaysThem(@TempDir Path folder) throws IOException {
        ImageDecoder decoder = ImageDecoder.imageIo();
        byte[] png = TestData.committed().bytes("decoding/small.png");
        Path file = folder.resolve("small.png");
        assertEquals(21 * 13, decoder.pixels(Files.write(file, png)));
        int[][] sizes = {{0, 13}, {21, 0}, {-1, 1}, {1, -1}, {-21, -13}};
        for (int[] size : sizes) {
            ByteBuffer.wrap(png).putInt(16, size[0]).putInt(20, size[1]);
            assertEquals(Long.MAX_VALUE, decoder.pixels(Files.write(file, png)), Arrays.toString(size));
        }
        assertEquals(Long.MAX_VALUE, decoder.pixels(Files.write(file, Arrays.copyOf(png, 20))));
        byte[] gif = TestData.committed().bytes("decoding/palette.gif");
        assertEquals(21 * 13, decoder.pixels(gif));
        assertEquals(Long.MAX_VALUE, decoder.pixels(Arrays.copyOf(gif, 8)));
        assertEquals(Long.MAX_VALUE, decoder.pixels(Files.write(file, Arrays.copyOf(gif, 8))));
    }

    @Test
    void refusesACorruptPicture() {
        byte[] cut = Arrays.copyOf(TestData.committed().bytes("decoding/exif6.png"), 20);
        assertThrows(ImageFormatException.class, () -> ImageHeader.of(cut, "cut"));
    }
}
