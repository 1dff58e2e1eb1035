package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import javax.imageio.ImageIO;
import org.clipjava.testdata.AllocatedBytes;
import org.clipjava.testdata.ChildJvm;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.HostilePictures;
import org.clipjava.testdata.HostilePictures.Decoded;
import org.clipjava.testdata.HostilePictures.HostilePicture;
import org.clipjava.testdata.HostilePictures.Refused;
import org.clipjava.testdata.OpenFiles;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ImageDecoder} does with pictures that are made to do harm; the limits are those of docs/reliability.md. */
class HostilePicturesTest {
    private static final double MAX_SECONDS = 5;
    private static final long MAX_BYTES = 8 << 20;
    private static final long MAX_BYTES_A_BYTE = 4;
    private static final long MAX_BYTES_A_PIXEL = 7;

    private final ImageDecoder decoder = ImageDecoder.standard();

    static List<HostilePicture> pictures() {
        return HostilePictures.all();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void becomesPixelsOrATypedErrorInLittleTimeAndMemory(HostilePicture picture) throws IOException {
        byte[] encoded = picture.bytes();
        ImageIO.setUseCache(ImageIO.getUseCache()); // loads it, so that it is not counted
        double start = CpuTime.seconds();
        long before = AllocatedBytes.ofThisThread();

        check(picture, encoded, decoder);

        long allocated = AllocatedBytes.ofThisThread() - before;
        double seconds = CpuTime.seconds() - start;
        long pixels = picture.expected() instanceof Decoded decoded ? (long) decoded.width() * decoded.height() : 0;
        long most = MAX_BYTES + MAX_BYTES_A_BYTE * encoded.length + MAX_BYTES_A_PIXEL * pixels;
        assertTrue(allocated <= most, "expected at most " + most + " bytes, found " + allocated);
        assertTrue(seconds <= MAX_SECONDS, "expected at most " + MAX_SECONDS + " s, found " + seconds);
    }

    /** Throws where it does not become what is expected. */
    private static void check(HostilePicture picture, byte[] encoded, ImageDecoder decoder) throws IOException {
        switch (picture.expected()) {
            case Decoded expected -> {
                RgbImage image = decoder.decode(encoded, "in");
                assertEquals(expected.width() + "x" + expected.height(), image.width() + "x" + image.height());
                assertEquals(expected.sha256(), Goldens.sha256(image.rgb()));
            }
            case Refused expected -> {
                String message = assertThrows(ImageFormatException.class, () -> decoder.decode(encoded, "in"))
                        .getMessage();
                assertTrue(message.startsWith("in: " + expected.message()), message);
                assertEquals(1, message.lines().count(), message);
            }
        }
    }

    /** The other way in: pixels are resized while they are decoded. */
    @Tag("thorough")
    @ParameterizedTest
    @MethodSource("pictures")
    void becomesATensorExactlyWhereItBecomesPixels(HostilePicture picture) throws IOException {
        ImagePreprocessor preprocessor = new ImagePreprocessor(PreprocessorConfig.clip(32));
        byte[] encoded = picture.bytes();
        if (picture.expected() instanceof Decoded) {
            assertArrayEquals(
                    preprocessor.preprocess(decoder.decode(encoded, "in")).values(),
                    decoder.decodePixels(encoded, "in", preprocessor, Runnable::run)
                            .values());
        } else {
            assertThrows(
                    ImageFormatException.class, () -> decoder.decodePixels(encoded, "in", preprocessor, Runnable::run));
        }
    }

    /** All of them in a JVM that has little memory, no folder for temporary files, and counts what it has open. */
    static final class SmallJvm {
        private SmallJvm() {}

        public static void main(String[] args) throws IOException {
            ImageDecoder decoder = ImageDecoder.standard();
            boolean cache = ImageIO.getUseCache();
            decoder.decode(TestData.committed().path("decoding/rgb_420.jpg"));
            List<String> before = OpenFiles.now();
            for (HostilePicture picture : HostilePictures.all()) {
                check(picture, picture.bytes(), decoder);
            }
            assertEquals(before, OpenFiles.now());
            assertEquals(cache, ImageIO.getUseCache());
            System.out.println("done");
        }
    }

    /** In {@code /proc} not even root makes a file. */
    @Tag("thorough")
    @Test
    void needsNoMoreThanASmallHeapAndNoTemporaryFile() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc")), "not Linux");
        ChildJvm.Run run = ChildJvm.onThisClassPath("-Xmx450m", "-Djava.io.tmpdir=/proc", "-XX:-UsePerfData")
                .run(SmallJvm.class.getName())
                .expectSilentSuccess();

        assertEquals("done", run.out().strip());
    }

    @Test
    @Timeout(60)
    void refusesAPipeThatNobodyWritesTo(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo");
        String message = assertThrows(ImageFormatException.class, () -> decoder.decode(pipe))
                .getMessage();
        assertEquals(pipe + ": expected a picture, found a pipe or device; read it as a stream", message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "/dev/null"})
    void refusesADevice(String device) {
        assumeTrue(Files.exists(Path.of(device)), "not this system");
        assertThrows(ImageFormatException.class, () -> decoder.decode(Path.of(device)));
    }

    @Test
    void refusesALinkThatLeadsNowhere(@TempDir Path folder) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), Path.of("gone.png"));
        assertThrows(NoSuchFileException.class, () -> decoder.decode(link));
    }

    @Test
    void refusesAFileThatMayNotBeRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret.png"), "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(file), "root may read anything");
        assertThrows(AccessDeniedException.class, () -> decoder.decode(file));
    }

    /** Larger than any array, and all holes: refused by its size, before it is read. */
    @Test
    void refusesAFileThatIsTooLargeBeforeItIsRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("large.png");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.position(3L << 30);
            channel.write(ByteBuffer.wrap(new byte[1]));
        }
        long before = AllocatedBytes.ofThisThread();
        String message = assertThrows(ImageFormatException.class, () -> decoder.decode(file))
                .getMessage();
        assertTrue(message.endsWith("expected at most 1073741824 bytes, found 3221225473"), message);
        assertTrue(AllocatedBytes.ofThisThread() - before < MAX_BYTES);
    }
}
