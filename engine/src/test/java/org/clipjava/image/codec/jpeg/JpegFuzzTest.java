package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.clipjava.image.codec.CodecException;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: all rows, or an error of one line. */
class JpegFuzzTest {
    private static final long LARGEST_SEED = 1500;

    /** What a header may claim has tests of its own. */
    private static final long LARGEST_PICTURE = 1 << 18;

    @MethodSource
    @FuzzTest
    void jpegs(byte[] encoded) {
        try {
            JpegDecoder decoder = JpegDecoder.open(encoded, LARGEST_PICTURE);
            JpegHeader header = decoder.header();
            assertEquals(3 * header.width() * header.height(), Verdicts.rgb(decoder).length);
        } catch (CodecException e) {
            Refusal.check(e, "");
        }
    }

    /** The smallest files of each kind. */
    static Stream<byte[]> jpegs() throws IOException {
        return Verdicts.recorded(TestData.committed().path("jpeg")).stream()
                .filter(file -> !file.damaged() && size(file) <= LARGEST_SEED)
                .map(Verdicts.Recorded::bytes);
    }

    private static long size(Verdicts.Recorded file) {
        try {
            return Files.size(file.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
