package org.clipjava.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check that fails a class which leaks: that it sees each kind of leak, and nothing else. */
class HeldResourcesTest {
    @TempDir
    private Path folder;

    private final HeldResources before = HeldResources.now();

    @Test
    void seesAThreadThatGoesOn() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().name("clip-left").start(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertEquals(List.of("thread clip-left"), before.leakedSince(1));
        end.countDown();
        thread.join();
        assertEquals(List.of(), before.leakedSince());
    }

    @Test
    void seesAFileThatIsOpen() throws IOException {
        Path file = Files.writeString(folder.resolve("open"), "x");
        try (InputStream in = Files.newInputStream(file)) {
            assertEquals(List.of("file " + file.toRealPath()), before.leakedSince(1));
            assertEquals('x', in.read());
        }
        assertEquals(List.of(), before.leakedSince());
    }

    @Test
    void seesAFileThatIsMapped() throws IOException {
        Path file = Files.writeString(folder.resolve("mapped"), "x");
        try (Arena arena = Arena.ofShared()) {
            try (FileChannel channel = FileChannel.open(file)) {
                channel.map(FileChannel.MapMode.READ_ONLY, 0, 1, arena);
            }
            assertEquals(List.of("file mapped " + file.toRealPath()), before.leakedSince(1));
        }
        assertEquals(List.of(), before.leakedSince());
    }

    @Test
    void seesAnArenaThatIsOpen() {
        try (Arena arena = Arena.ofShared()) {
            arena.allocate(8 << 20, 64);
            List<String> leaked = before.leakedSince(1);
            assertEquals(1, leaked.size(), leaked.toString());
            assertTrue(leaked.getFirst().endsWith(" kB of native memory"), leaked.toString());
        }
        assertEquals(List.of(), before.leakedSince());
    }
}
