package org.clipjava.safetensors;

import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's targets, without the fuzzer. */
class MutationsTest {
    @Test
    void headers() {
        Mutations.run("headers", 5000, HeaderFuzzTest.headers(), new HeaderFuzzTest()::headers);
    }

    @Test
    void files() {
        Mutations.run("files", 5000, SafetensorsFuzzTest.files(), new SafetensorsFuzzTest()::files);
    }
}
