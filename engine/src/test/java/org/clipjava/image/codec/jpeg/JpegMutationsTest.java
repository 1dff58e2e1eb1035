package org.clipjava.image.codec.jpeg;

import java.io.IOException;
import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's target, without the fuzzer. */
class JpegMutationsTest {
    @Test
    void jpegs() throws IOException {
        Mutations.run("jpegs", 2000, JpegFuzzTest.jpegs(), new JpegFuzzTest()::jpegs);
    }
}
