package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a picture that can be made the model's input, or an error of one line. */
class PictureFuzzTest {
    private static final int SIDE = 16;
    private static final long LARGEST_SEED = 900;
    private static final long LARGEST_SEED_OF_MANY = 300;

    /** Decoding and resizing tens of megapixels is slow without being wrong; what a header may claim has tests of its own. */
    private static final int LARGEST_PICTURE = 1 << 20;

    private static final ImageDecoder DECODER = ImageDecoder.standard();
    private static final ImagePreprocessor SHORTEST_EDGE = new ImagePreprocessor(PreprocessorConfig.clip(SIDE));

    @MethodSource
    @FuzzTest
    void pictures(byte[] encoded) throws IOException {
        try {
            RgbImage image = DECODER.decode(encoded, "fuzz");
            assertTrue((long) image.width() * image.height() <= ImageDecoder.MAX_PIXELS);
            if (image.width() * image.height() <= LARGEST_PICTURE) {
                PixelTensor pixels = SHORTEST_EDGE.preprocess(image);
                assertEquals(SIDE, pixels.height());
                assertEquals(SIDE, pixels.width());
                for (float value : pixels.values()) {
                    assertTrue(Float.isFinite(value));
                }
            }
        } catch (ImageFormatException e) {
            Refusal.check(e, "fuzz: ");
        }
    }

    /** The smallest pictures of each format. */
    static Stream<byte[]> pictures() throws IOException {
        return FuzzCorpus.with("pictures", first("").stream());
    }

    private static void addFrom(String folder, String ending, long largest, List<byte[]> pictures) throws IOException {
        try (Stream<Path> files = Files.list(TestData.committed().path(folder))) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(ending) && Files.size(file) <= largest) {
                    pictures.add(Files.readAllBytes(file));
                }
            }
        }
    }

    /** The smallest pictures whose files' names end so. */
    static List<byte[]> first(String ending) throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        addFrom("decoding", ending, LARGEST_SEED, pictures);
        addFrom("formats", ending, LARGEST_SEED_OF_MANY, pictures);
        return pictures;
    }
}
