package org.clipjava.image.codec.jp2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.FileBytes;
import org.clipjava.image.codec.PixelRows;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a picture of the size that was said before, the same each time, or an error of one line. */
class Jp2FuzzTest {
    /** Decoding tens of megapixels is slow without being wrong; what a header may claim has tests of its own. */
    private static final int LARGEST_PICTURE = 1 << 20;

    private static final Background BACKGROUND = Background.of(0xc81e5a);

    @MethodSource
    @FuzzTest
    void codestreams(byte[] file) throws IOException {
        try {
            OptionalLong pixels = new Jp2Codec().pixels(FileBytes.of(file));
            if (pixels.orElse(0) <= LARGEST_PICTURE) {
                PixelRows picture = Jp2Decoder.decode(file, BACKGROUND);
                assertEquals(3L * picture.width() * picture.height(), picture.rgb().length);
                if (pixels.isPresent()) {
                    assertEquals((long) picture.width() * picture.height(), pixels.getAsLong());
                }
            }
        } catch (CodecException e) {
            Refusal.check(e, "");
        } catch (EOFException e) {
            // It ends before its size; what decodes it says so.
        }
    }

    /** The committed files. */
    static Stream<byte[]> codestreams() throws IOException {
        List<byte[]> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(TestData.committed().path("formats"))) {
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().contains("jp2_")) {
                    all.add(Files.readAllBytes(file));
                }
            }
        }
        assertFalse(all.isEmpty());
        return all.stream();
    }
}
