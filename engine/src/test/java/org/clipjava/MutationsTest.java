package org.clipjava;

import java.io.IOException;
import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's targets, without the fuzzer. */
class MutationsTest {
    @Test
    void descriptions() {
        Mutations.run("descriptions", 1000, ConfigFuzzTest.descriptions(), new ConfigFuzzTest()::descriptions);
    }

    @Test
    void classifiers() throws IOException {
        Mutations.run(
                "classifiers", 1000, ClassifierFileFuzzTest.classifiers(), new ClassifierFileFuzzTest()::classifiers);
    }
}
