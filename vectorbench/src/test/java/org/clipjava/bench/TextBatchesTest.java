package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextBatchesTest {
    private static final long SEED = 5;
    private static final List<int[]> TEXTS = Stream.generate(new Random(SEED)::nextDouble)
            .limit(207)
            .map(random -> new int[5 + (int) (random * 8)])
            .toList();

    @Test
    void putsEachTextIntoOneBatch() {
        for (TextBatches way : TextBatches.candidates(TEXTS)) {
            int[] indices =
                    way.batches().stream().flatMapToInt(Arrays::stream).sorted().toArray();
            assertArrayEquals(IntStream.range(0, 207).toArray(), indices, way.description());
        }
    }

    @Test
    void fillsNoBatchBeyondItsSize() {
        assertEquals(4, TextBatches.of(TEXTS, 64, true).batches().size());
        assertTrue(TextBatches.of(TEXTS, 64, false).batches().stream().allMatch(batch -> batch.length <= 64));
    }

    @Test
    void mixesNoLengthsUnlessPadded() {
        for (int[] batch : TextBatches.of(TEXTS, 16, false).batches()) {
            long lengths = Arrays.stream(batch)
                    .map(index -> TEXTS.get(index).length)
                    .distinct()
                    .count();
            assertEquals(1, lengths);
        }
    }

    @Test
    void sortsByLengthSoThatLittleIsPadded() {
        int[] lengths = TextBatches.of(TEXTS, 16, true).batches().stream()
                .flatMapToInt(Arrays::stream)
                .map(index -> TEXTS.get(index).length)
                .toArray();
        int[] sorted = lengths.clone();
        Arrays.sort(sorted);
        assertArrayEquals(sorted, lengths);
    }

    @Test
    void triesNoSizesThatMakeNoDifference() {
        assertEquals(2, TextBatches.candidates(TEXTS.subList(0, 10)).size());
        assertEquals(4, TextBatches.candidates(TEXTS.subList(0, 64)).size());
    }

    @Test
    void triesNoPaddingWhereAllTextsAreOfOneLength() {
        List<int[]> filledUp = Stream.generate(() -> new int[64]).limit(207).toList();
        assertEquals(
                List.of(
                        "up to 16 of one length at once, unpadded",
                        "up to 64 of one length at once, unpadded",
                        "up to 256 of one length at once, unpadded"),
                TextBatches.candidates(filledUp).stream()
                        .map(TextBatches::description)
                        .toList());
    }
}
