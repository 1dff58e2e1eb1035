package org.clipjava.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SizeLimitTest {
    private static final SizeLimit LIMIT = SizeLimit.of("a list", 7, Refused::new);

    @TempDir
    Path folder;

    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    @Test
    void readsFilesUpToTheLimit() throws IOException {
        for (int size : new int[] {0, 1, 6, 7}) {
            assertArrayEquals(new byte[size], LIMIT.read(Files.write(folder.resolve("file"), new byte[size])));
        }
        assertEquals(7, LIMIT.bytes());
    }

    @Test
    void refusesALargerFileByItsSize() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[8]);
        assertEquals(
                file + ": expected at most 7 bytes, found 8",
                assertThrows(Refused.class, () -> LIMIT.read(file)).getMessage());
    }

    @Test
    void readsStreamsUpToTheLimit() throws IOException {
        for (int size : new int[] {0, 1, 6, 7}) {
            assertArrayEquals(new byte[size], LIMIT.read(new ByteArrayInputStream(new byte[size]), "-"));
        }
    }

    @Test
    void refusesAStreamThatHasMoreAndReadsNoFurther() throws IOException {
        try (InputStream endless = new InputStream() {
            private int count;

            @Override
            public int read() {
                assertTrue(++count <= 8, "reads on");
                return 0;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return length == 0 ? 0 : 1 + read();
            }
        }) {
            assertEquals(
                    "-: expected at most 7 bytes, found more",
                    assertThrows(Refused.class, () -> LIMIT.read(endless, "-")).getMessage());
        }
    }

    @Test
    void readsTheFileBehindALink() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2});
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertArrayEquals(new byte[] {1, 2}, LIMIT.read(link));
    }

    @Test
    void refusesAFolder() {
        assertEquals(
                folder + ": expected a list, found a folder",
                assertThrows(Refused.class, () -> LIMIT.read(folder)).getMessage());
    }

    @Test
    @Timeout(20)
    void refusesAPipeAndDoesNotWaitForIt() throws IOException, InterruptedException {
        Path pipe = pipe(folder.resolve("pipe"));
        assertEquals(
                pipe + ": expected a list, found a device or pipe",
                assertThrows(Refused.class, () -> LIMIT.read(pipe)).getMessage());
    }

    @Test
    void namesAFileThatIsMissing() {
        Path missing = folder.resolve("missing");
        assertEquals(
                missing.toString(),
                assertThrows(NoSuchFileException.class, () -> LIMIT.read(missing))
                        .getMessage());
    }

    @Test
    void refusesALimitThatNoArrayCanHold() {
        for (int limit : new int[] {-1, Integer.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> SizeLimit.of("a list", limit, Refused::new));
        }
    }

    /** A pipe of the test's own: what would go wrong with it must not destroy the machine's /dev/null. */
    static Path pipe(Path path) throws IOException, InterruptedException {
        try {
            assertEquals(
                    0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
        } catch (IOException e) {
            assumeTrue(false, "no mkfifo: " + e.getMessage());
        }
        return path;
    }
}
