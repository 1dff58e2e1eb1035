package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.clipjava.testdata.ChildJvm;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

/** On a Java of {@code java.base} alone. */
class WithoutDesktopTest {
    private static final List<String> PICTURES = List.of(
            "decoding/rgb_420.jpg",
            "decoding/small.png",
            "decoding/offset.gif",
            "webp/lossy-q50.webp",
            "decoding/rgb.bmp",
            "decoding/rgb_lzw.tif",
            "README.md");

    @Test
    void decodesAllButWhatPluginsRead() throws Exception {
        String out = ChildJvm.onThisClassPath("--limit-modules", "java.base")
                .run(BareJvm.class.getName())
                .expectSilentSuccess()
                .out();
        assertEquals(
                List.of(
                        Goldens.sha256(decoded("decoding/rgb_420.jpg")),
                        Goldens.sha256(decoded("decoding/small.png")),
                        Goldens.sha256(decoded("decoding/offset.gif")),
                        Goldens.sha256(decoded("webp/lossy-q50.webp")),
                        Goldens.sha256(decoded("decoding/rgb.bmp")),
                        Goldens.sha256(decoded("decoding/rgb_lzw.tif")),
                        "in: expected a picture (JPEG, PNG, GIF, BMP, TIFF, WEBP, ICO, NETPBM, QOI, TGA, PSD, JPEG_2000), found text"),
                out.lines().toList());
    }

    private static byte[] decoded(String name) throws IOException {
        return ImageDecoder.standard()
                .decode(TestData.committed().bytes(name), "in")
                .rgb();
    }

    /** Says what becomes of each picture. */
    static final class BareJvm {
        private BareJvm() {}

        public static void main(String[] args) throws IOException {
            for (String name : PICTURES) {
                byte[] encoded = TestData.committed().bytes(name);
                EncodedImage.of(encoded, "in").pixels();
                try {
                    System.out.println(Goldens.sha256(decoded(name)));
                } catch (ImageFormatException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }
}
