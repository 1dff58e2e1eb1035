package org.clipjava.image.codec.zstd;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: as many as there are, or an error of one line. */
class ZstdFuzzTest {
    @MethodSource
    @FuzzTest
    void frames(byte[] zstd) {
        ZstdDecoderTest.FILES.fuzz(zstd);
    }

    /** The committed files. */
    static Stream<byte[]> frames() throws IOException {
        return ZstdDecoderTest.FILES.seeds();
    }
}
