package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Pillow's draft makes of JPEG files of every kind, to the byte. */
class ReductionTest {
    private static final String CORPUS = "clip.jpeg.corpus";
    private static final Reduction[] GOLDEN = {Reduction.HALF, Reduction.QUARTER, Reduction.EIGHTH};

    /** Pillow does not decode a picture smaller that has fewer pixels than that on a side. */
    private static final String TOO_SMALL = "small";

    @Test
    void decodesToThePixelsOfPillowsDraft() throws IOException {
        assertTrue(compared(TestData.committed().path("jpeg")) > 400);
    }

    @Test
    @EnabledIfSystemProperty(named = CORPUS, matches = ".+")
    void theWholeCorpusIsAsPillowDraftsIt() throws IOException {
        System.out.println(compared(Path.of(System.getProperty(CORPUS))) + " drafts");
    }

    private static int compared(Path folder) throws IOException {
        List<String> differing = new ArrayList<>();
        int compared = 0;
        for (String line : Files.readAllLines(folder.resolve("draft.tsv"))) {
            String[] fields = line.split("\t", -1);
            byte[] file = Files.readAllBytes(folder.resolve(fields[0] + ".jpg"));
            for (int i = 0; i < GOLDEN.length; i++) {
                if (fields[1 + i].equals(TOO_SMALL)) {
                    continue;
                }
                compared++;
                String found = Verdicts.of(file, GOLDEN[i]);
                if (!found.equals(fields[1 + i])) {
                    differing.add(fields[0] + " " + GOLDEN[i] + ": expected " + fields[1 + i] + ", found " + found);
                }
            }
        }
        assertEquals(List.of(), differing);
        return compared;
    }

    @ParameterizedTest
    @CsvSource({
        "4000, 3000, 224, 224, EIGHTH",
        "1792, 1792, 224, 224, EIGHTH",
        "1791, 4000, 224, 224, QUARTER",
        "4000, 895, 224, 224, HALF",
        "448, 448, 224, 224, HALF",
        "447, 4000, 224, 224, NONE",
        "100, 4000, 224, 224, NONE",
        "4000, 3000, 336, 1000, HALF"
    })
    void leavesEachSideAsLongAsWanted(int width, int height, int wantedWidth, int wantedHeight, Reduction chosen) {
        assertEquals(chosen, Reduction.of(width, height, wantedWidth, wantedHeight));
    }

    @Test
    void roundsSizesUp() {
        assertEquals(501, Reduction.EIGHTH.of(4001));
        assertEquals(1, Reduction.QUARTER.of(3));
        assertEquals(29, Reduction.NONE.of(29));
    }
}
