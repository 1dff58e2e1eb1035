package org.clipjava.image.codec.webp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.ImageSize;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a picture of the size that was said before, or an error of one line. */
class WebpFuzzTest {
    /** Decoding tens of megapixels is slow without being wrong; what a header may claim has tests of its own. */
    private static final int LARGEST_PICTURE = 1 << 22;

    @MethodSource
    @FuzzTest
    void webps(byte[] file) {
        try {
            WebpPicture picture = WebpPicture.read(file);
            long pixels = (long) picture.width() * picture.height();
            assertTrue(pixels >= 1 && pixels <= ImageSize.MAX_PIXELS);
            assertTrue(picture.frames() >= 1);
            picture.exif().ifPresent(exif -> assertTrue(exif.length < file.length));
            picture.xmp().ifPresent(xmp -> assertTrue(xmp.length < file.length));
            if (pixels <= LARGEST_PICTURE) {
                assertEquals(3 * pixels, picture.rgb().length);
                assertEquals(4 * pixels, picture.rgba().length);
            }
        } catch (CodecException e) {
            Refusal.check(e, "");
        }
    }

    /** The committed files. */
    static Stream<byte[]> webps() {
        WebpCorpus corpus = WebpCorpus.committed();
        return corpus.whole().stream().map(corpus::bytes);
    }
}
