package org.clipjava.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarningFilterTest {
    private static final String WARNING = "WARNING: Using incubator modules: jdk.incubator.vector";

    @Test
    void dropsTheWarning() throws IOException {
        assertEquals("", filter(WARNING + "\n"));
        assertEquals("", filter(WARNING + "\r\n"));
        assertEquals("one\ntwo", filter("one\n" + WARNING + "\ntwo"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "no end of line",
                "WARNING: something else\n",
                "WARNING: Using incubator modules: jdk.incubator.vector, jdk.incubator.other\n",
                " WARNING: Using incubator modules: jdk.incubator.vector\n",
                "WARNING: WARNING: Using incubator modules: jdk.incubator.vector\n",
                "WARNING: Using incub",
                "WARNING: Using incubator modules: jdk.incubator.vector",
                "WARNING: Using\nWARNING\n"
            })
    void passesEverythingElse(String text) throws IOException {
        assertEquals(text, filter(text));
    }

    @Test
    void dropsItOnce() throws IOException {
        assertEquals(WARNING + "\n", filter(WARNING + "\n" + WARNING + "\n"));
    }

    @Test
    void passesTheSameInWhateverPiecesTheBytesCome() throws IOException {
        Random random = new Random(3);
        String[] lines = {WARNING, "WARNING: ", "a", "", WARNING + "x", "é☕"};
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                text.append(lines[random.nextInt(lines.length)]).append(random.nextInt(9) == 0 ? "" : "\n");
            }
            String expected = filter(text.toString());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new WarningFilter(out).copy(new Trickle(text.toString().getBytes(UTF_8), random));
            assertEquals(expected, out.toString(UTF_8), "seed 3, round " + round);
        }
    }

    @Test
    @Timeout(10)
    void passesAProgressLineBeforeItEnds() throws Exception {
        PipedOutputStream child = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(child);
        PipedOutputStream out = new PipedOutputStream();
        PipedInputStream terminal = new PipedInputStream(out);
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                new WarningFilter(out).copy(in);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        child.write("\r 10 %".getBytes(UTF_8));
        child.flush();
        assertEquals("\r 10 %", new String(terminal.readNBytes(6), UTF_8));
        child.close();
        thread.join();
    }

    @Test
    void readsToTheEndThoughNobodyListens() throws IOException {
        InputStream in = new ByteArrayInputStream(new byte[100_000]);
        int[] writes = new int[1];
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                writes[0]++;
                throw new IOException("Broken pipe");
            }
        };
        new WarningFilter(broken).copy(in);
        assertEquals(0, in.available());
        assertTrue(writes[0] == 1, "it tried " + writes[0] + " times");
    }

    private static String filter(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new WarningFilter(out).copy(new ByteArrayInputStream(text.getBytes(UTF_8)));
        return out.toString(UTF_8);
    }

    /** Gives a few bytes at a time. */
    private static final class Trickle extends ByteArrayInputStream {
        private final Random random;

        Trickle(byte[] bytes, Random random) {
            super(bytes);
            this.random = random;
        }

        @Override
        public int read(byte[] buffer) {
            return super.read(buffer, 0, 1 + random.nextInt(20));
        }
    }
}
