package org.clipjava.image.codec.xz;

import java.io.IOException;
import org.clipjava.image.codec.StreamCorpus;
import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's target, without the fuzzer; and chunks that no checksum stands before. */
class XzMutationsTest {
    private static final int HEADERS = 24;

    @Test
    void streams() throws IOException {
        Mutations.run("streams", 200, XzFuzzTest.streams(), new XzFuzzTest()::streams);
    }

    @Test
    void chunks() throws IOException {
        Mutations.run("chunks", 500, XzFuzzTest.streams(), xz -> {
            Lzma2Chunks chunks = new Lzma2Chunks(xz, xz.length);
            chunks.begin(Math.min(HEADERS, xz.length), 1 << 16);
            StreamCorpus.fuzz(chunks::read);
        });
    }
}
