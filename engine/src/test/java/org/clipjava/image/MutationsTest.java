package org.clipjava.image;

import java.io.IOException;
import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's targets, without the fuzzer. */
class MutationsTest {
    @Test
    void pictures() throws IOException {
        Mutations.run("pictures", 250, PictureFuzzTest.pictures(), new PictureFuzzTest()::pictures);
    }
}
