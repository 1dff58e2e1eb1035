package org.clipjava.image.codec.webp;

import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's target, without the fuzzer. */
class MutationsTest {
    @Test
    void webps() {
        Mutations.run("webps", 2000, WebpFuzzTest.webps(), new WebpFuzzTest()::webps);
    }
}
