package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TilesTest {
    @ParameterizedTest
    @EnumSource
    void isWhatTheGeneratorWrites(TilesGenerator type) throws IOException {
        String committed = Files.readString(TestData.projectRoot()
                .resolve("engine/src/main/java/org/clipjava/kernel")
                .resolve(type.fileName()));

        assertEquals(type.source(), committed, "run TilesGenerator's main with the folder of Tile.java");
    }
}
