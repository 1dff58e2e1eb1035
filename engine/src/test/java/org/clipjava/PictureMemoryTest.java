package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.testdata.ChildJvm;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that take more memory than there is: an error of each, and not of those behind it. */
class PictureMemoryTest {
    private static final String SMALL = "small.jpg";
    private static final String CURE = "; allow more with -Xmx, or shrink the picture";

    @TempDir
    Path folder;

    @BeforeEach
    void addSmallPicture() throws IOException {
        Files.write(folder.resolve(SMALL), TestData.committed().bytes("decoding/rgb_420.jpg"));
    }

    private List<String> preparedWith(String heap, byte[] large) throws Exception {
        Path first = Files.write(folder.resolve("large"), large);
        String out = ChildJvm.onThisClassPath("-Xmx" + heap)
                .run(
                        SmallJvm.class.getName(),
                        first.toString(),
                        folder.resolve(SMALL).toString())
                .expectSilentSuccess()
                .out();
        List<String> lines = out.lines().toList();
        assertEquals(2, lines.size(), out);
        assertEquals("pixels", lines.get(1));
        return lines;
    }

    /** 9459x9459 pixels in 35 bytes. */
    @Test
    void aGifWhoseCanvasDoesNotFit() throws Exception {
        byte[] gif = HexFormat.of()
                .parseHex("474946383961f324f324800000" + "0a141e28323c" + "2c00000000010001000002024401003b");

        assertEquals(
                "too little memory to decode it; expected up to 598 MiB for 89472681 pixels, found a heap of 64 MiB for"
                        + " all" + CURE,
                preparedWith("64m", gif).getFirst());
    }

    /** Nothing is allocated for its scans to come: that would take as long as the heap has room. */
    @Test
    void aProgressiveJpegWhoseCoefficientsCanNotFit() throws Exception {
        byte[] header = HexFormat.of()
                .parseHex("ffd8" + "ffdb004300" + "01".repeat(64)
                        + "ffc2000b08" + "3441" + "3441" + "01" + "011100"
                        + "ffc4001400" + "01" + "00".repeat(16)
                        + "ffda0008010100" + "000000");
        byte[] jpeg = new byte[350_000];
        System.arraycopy(header, 0, jpeg, 0, header.length);

        assertEquals(
                "expected a heap of at least 342 MiB to decode 13377x13377 pixels, found 256 MiB" + CURE,
                preparedWith("256m", jpeg).getFirst());
    }

    /** Every decoder may run out of memory, also one that is not this engine's. */
    @Test
    void aDecoderThatTakesTooMuch() throws Exception {
        Path greedy = Files.write(folder.resolve("greedy"), new byte[1]);
        try (ImagePipeline<ImageSource> pictures = ImagePipeline.start(
                Stream.of(greedy, folder.resolve(SMALL)).map(ImageSource::of).iterator(),
                (encoded, name) -> {
                    if (encoded.length == 1) {
                        throw new OutOfMemoryError("of a test");
                    }
                    return ImageDecoder.standard().decode(encoded, name);
                },
                1,
                2)) {
            pictures.preprocessWith(new ImagePreprocessor(PreprocessorConfig.clip(8)));
            List<String> lines = SmallJvm.lines(pictures.nextFull());

            assertTrue(lines.getFirst().startsWith("too little memory"), lines.getFirst());
            assertEquals("pixels", lines.get(1));
        }
    }

    /** Says what becomes of each picture. */
    static final class SmallJvm {
        private SmallJvm() {}

        public static void main(String[] files) throws InterruptedException {
            try (ImagePipeline<ImageSource> pictures = ImagePipeline.start(
                    Stream.of(files).map(Path::of).map(ImageSource::of).iterator(),
                    ImageDecoder.standard(),
                    1,
                    files.length)) {
                pictures.preprocessWith(new ImagePreprocessor(PreprocessorConfig.clip(8)));
                lines(pictures.nextFull()).forEach(System.out::println);
            }
        }

        static List<String> lines(List<Prepared<ImageSource>> prepared) {
            List<String> lines = new ArrayList<>();
            for (Prepared<ImageSource> picture : prepared) {
                lines.add(
                        switch (picture) {
                            case Prepared.Pixels<ImageSource> ignored -> "pixels";
                            case Prepared.Unreadable<ImageSource> unreadable -> unreadable.reason();
                        });
            }
            return lines;
        }
    }
}
