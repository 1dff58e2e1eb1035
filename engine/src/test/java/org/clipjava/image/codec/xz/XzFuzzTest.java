package org.clipjava.image.codec.xz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: as many as there are, or an error of one line. */
class XzFuzzTest {
    @MethodSource
    @FuzzTest
    void streams(byte[] xz) {
        XzDecoderTest.FILES.fuzz(xz);
    }

    /** The committed files. */
    static Stream<byte[]> streams() throws IOException {
        return XzDecoderTest.FILES.seeds();
    }
}
