package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.List;
import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fuzzer's targets, without the fuzzer. */
class MutationsTest {
    @Test
    void pictures() throws IOException {
        Mutations.run("pictures", 250, PictureFuzzTest.pictures(), new PictureFuzzTest()::pictures);
    }

    /** Formats that have no fuzzer of their own. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "gif", "bmp", "tif", "ico", "pgm", "ppm", "pam", "qoi", "tga", "psd"})
    void picturesOf(String format) throws IOException {
        List<byte[]> seeds = PictureFuzzTest.first("." + format);
        assertFalse(seeds.isEmpty());
        Mutations.run(format, 100, seeds.stream(), new PictureFuzzTest()::pictures);
    }
}
