package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.clipjava.testdata.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes to an index is killed at any moment. */
class KilledTest {
    /** {@code -Dclip.index.kills=50} for the long run. */
    private static final int KILLS = Integer.getInteger("clip.index.kills", 2);

    private static final int PICTURES = 300;
    private static final int BETWEEN_COMMITS = 13;
    private static final int DIMENSION = 16;
    private static final IndexModel MODEL = new IndexModel("fingerprint", DIMENSION, "model");

    @TempDir
    Path folder;

    /** Writes on and on: the n-th write puts picture n % 300 with n + 1 bytes. Says which write the last commit had. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws IOException {
            SyntheticPictures pictures = new SyntheticPictures(DIMENSION);
            try (PictureIndex index = PictureIndex.open(Path.of(args[0]), MODEL, IndexOptions.defaults())) {
                for (int n = Integer.parseInt(args[1]); ; n++) {
                    index.put(pictures.picture(n % PICTURES, n + 1));
                    if (n % BETWEEN_COMMITS == 0) {
                        index.commit();
                        System.out.println(n);
                    }
                }
            }
        }
    }

    @Tag("thorough")
    @Test
    void losesNothingThatWasCommittedAndHasNothingTwice() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int next = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process writer = ChildJvm.onThisClassPath("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                    .start(Writer.class.getName(), folder.toString(), Integer.toString(next));
            int committed = -1;
            try (BufferedReader said =
                    new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
                int wanted = 1 + random.nextInt(12);
                for (int i = 0; i < wanted; i++) {
                    String line = said.readLine();
                    assertTrue(line != null, "the writer ended; seed " + seed);
                    committed = Integer.parseInt(line);
                }
                TimeUnit.MICROSECONDS.sleep(random.nextInt(30_000));
                writer.toHandle().destroyForcibly(); // what it has said can still be read
                for (String line = said.readLine(); line != null && !line.isEmpty(); line = said.readLine()) {
                    committed = Math.max(committed, Integer.parseInt(line));
                }
                writer.waitFor();
            }
            next = check(committed, "kill " + kill + ", seed " + seed) + 1;
        }
    }

    /** The index is as one commit had it, which is the last that was told of or one behind it. */
    private int check(int committed, String when) throws IOException {
        Map<Long, Long> found = new HashMap<>();
        try (PictureIndex index = PictureIndex.read(folder)) {
            index.forEach(picture -> assertEquals(
                    null,
                    found.put(picture.stamp().modifiedNanos(), picture.stamp().bytes()),
                    "twice: " + when));
            assertEquals(found.size(), index.count(), when);
        }
        int last = found.values().stream()
                .mapToInt(bytes -> (int) (bytes - 1))
                .max()
                .orElse(-1);
        assertTrue(last >= committed, "write " + committed + " was committed, " + last + " is there; " + when);
        Map<Long, Long> expected = new HashMap<>();
        for (int n = 0; n <= last; n++) {
            expected.put((long) (n % PICTURES), n + 1L);
        }
        assertEquals(expected, found, when);
        return last;
    }
}
