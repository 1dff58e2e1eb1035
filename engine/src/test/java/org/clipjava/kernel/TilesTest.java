package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

class TilesTest {
    @Test
    void areWhatTheGeneratorWrites() throws IOException {
        assertCommitted(TilesGenerator.FILE_NAME, TilesGenerator.source());
        assertCommitted(TilesGenerator.NARROW_FILE_NAME, TilesGenerator.narrowSource());
    }

    private static void assertCommitted(String fileName, String source) throws IOException {
        String committed = Files.readString(TestData.projectRoot()
                .resolve("engine/src/main/java/org/clipjava/kernel")
                .resolve(fileName));

        assertEquals(source, committed, "run TilesGenerator's main with the folder of Tile.java");
    }
}
