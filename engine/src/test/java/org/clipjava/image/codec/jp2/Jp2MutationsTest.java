package org.clipjava.image.codec.jp2;

import java.io.IOException;
import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's target, without the fuzzer. */
class Jp2MutationsTest {
    @Test
    void codestreams() throws IOException {
        Mutations.run("codestreams", 500, Jp2FuzzTest.codestreams(), new Jp2FuzzTest()::codestreams);
    }
}
