package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordMergerTest {
    /** One merge after the other, each found by looking at all pairs. */
    private static List<Integer> mergePlainly(MergeTable merges, List<Integer> word) {
        List<Integer> symbols = new ArrayList<>(word);
        while (true) {
            int best = Integer.MAX_VALUE;
            int at = -1;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int rank = merges.rank(symbols.get(i), symbols.get(i + 1));
                if (rank != MergeTable.NONE && rank < best) {
                    best = rank;
                    at = i;
                }
            }
            if (at < 0) {
                return symbols;
            }
            symbols.set(at, merges.result(best));
            symbols.subList(at + 1, at + 2).clear();
        }
    }

    private static List<Integer> merge(WordMerger merger, List<Integer> word) {
        int[] symbols = word.stream().mapToInt(Integer::intValue).toArray();
        int length = merger.merge(symbols, symbols.length);
        return Arrays.stream(symbols, 0, length).boxed().collect(Collectors.toList());
    }

    @Test
    void mergesTheBestRankFirstAndOfEqualOnesTheLeftmost() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            // Few letters, many merges, each of tokens made before it, as a trainer would find them.
            int letters = 1 + random.nextInt(4);
            int tokens = letters;
            MergeTable merges = new MergeTable(40);
            for (int i = 0; i < 40; i++) {
                if (merges.add(random.nextInt(tokens), random.nextInt(tokens), tokens)) {
                    tokens++;
                }
            }
            WordMerger merger = new WordMerger(merges);
            for (int length : new int[] {0, 1, 2, 3, 7, 13, 40, 207}) {
                List<Integer> word = random.ints(length, 0, letters).boxed().toList();
                assertEquals(mergePlainly(merges, word), merge(merger, word), () -> "seed " + seed + ": " + word);
            }
        }
    }

    @Test
    void findsEveryMergeAndNoOther() {
        SplittableRandom random = new SplittableRandom(3);
        MergeTable merges = new MergeTable(1000);
        boolean[][] added = new boolean[64][64];
        while (merges.size() < 1000) {
            int left = random.nextInt(64);
            int right = random.nextInt(64);
            assertEquals(!added[left][right], merges.add(left, right, left + right));
            added[left][right] = true;
        }
        for (int left = 0; left < 64; left++) {
            for (int right = 0; right < 64; right++) {
                int rank = merges.rank(left, right);
                assertEquals(added[left][right], rank != MergeTable.NONE);
                if (rank != MergeTable.NONE) {
                    assertEquals(left, merges.left(rank));
                    assertEquals(right, merges.right(rank));
                    assertEquals(left + right, merges.result(rank));
                }
            }
        }
    }
}
