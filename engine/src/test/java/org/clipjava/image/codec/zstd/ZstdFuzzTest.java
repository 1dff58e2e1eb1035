package org.clipjava.image.codec.zstd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.image.codec.CodecException;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: as many as there are, or an error of one line. */
class ZstdFuzzTest {
    private static final int MOST = 300_000;
    private static final int PIECE = 999;

    @MethodSource
    @FuzzTest
    void frames(byte[] zstd) {
        try {
            ZstdDecoder decoder = new ZstdDecoder(zstd, 0, zstd.length, MOST);
            byte[] out = new byte[PIECE];
            int n = PIECE;
            for (int i = 0; i < MOST / PIECE && n == PIECE; i++) {
                n = decoder.read(out, 0, PIECE);
                assertTrue(n >= 0 && n <= PIECE);
            }
        } catch (CodecException e) {
            Refusal.check(e, "");
        }
    }

    /** The committed files. */
    static Stream<byte[]> frames() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.list(TestData.committed().path("zstd"))) {
            for (Path file : files.sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        return seeds.stream();
    }
}
