package org.clipjava.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.clipjava.config.TextMask;
import org.clipjava.kernel.Span;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {
    private static final int END = 99;

    @Test
    void computesACommonBeginningOnce() {
        PrefixTree tree = only(List.of(
                new int[] {1, 2, 3, END}, new int[] {1, 2, 4, 5, END}, new int[] {1, 2, 3, END}, new int[] {1, END}));

        // 1; END; 2, 3, END; 4, 5, END
        assertEquals(8, tree.rows());
        assertEquals(4, tree.pooledSpans().size());
    }

    /** A hundred thousand texts that the context cuts to the same would else be pooled at once. */
    @Test
    void holdsNoMoreTextsThanRows() {
        List<int[]> texts = Collections.nCopies(1003, new int[] {1, 5, 2});
        List<PrefixTree> trees = PrefixTree.of(texts, TextMask.CAUSAL, ids -> ids.length - 1, 10);
        assertEquals(101, trees.size());
        assertEquals(
                1003, trees.stream().mapToInt(tree -> tree.pooledSpans().size()).sum());
        trees.forEach(tree -> assertTrue(tree.pooledSpans().size() <= 10));
    }

    @Test
    void spellsEveryTextInAnyOrderAndAnySplit() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<int[]> texts = new ArrayList<>();
            int count = random.nextInt(1, 60);
            for (int i = 0; i < count; i++) {
                int[] ids = random.ints(random.nextInt(1, 9), 0, 3).toArray();
                ids[ids.length - 1] = END;
                texts.add(ids);
            }
            int rowsAtOnce = random.nextInt(1, 40);
            check(
                    texts,
                    PrefixTree.of(texts, TextMask.CAUSAL, ids -> ids.length - 1, rowsAtOnce),
                    rowsAtOnce,
                    "seed " + seed + ", round " + round);
        }
    }

    private static void check(List<int[]> texts, List<PrefixTree> trees, int rowsAtOnce, String where) {
        Set<Integer> found = new HashSet<>();
        for (PrefixTree tree : trees) {
            int longest = 0;
            for (int i = 0; i < tree.pooledSpans().size(); i++) {
                int[] rows = tree.pooledSpans().get(i).keys();
                assertArrayEquals(
                        texts.get(tree.text(i)),
                        Arrays.stream(rows).map(tree::token).toArray(),
                        where);
                for (int position = 0; position < rows.length; position++) {
                    assertEquals(position, tree.position(rows[position]), where);
                }
                assertEquals(rows[rows.length - 1], tree.pooledRow(i), where);
                assertTrue(found.add(tree.text(i)), where);
                longest = Math.max(longest, rows.length);
            }
            assertTrue(tree.rows() <= Math.max(rowsAtOnce, longest), where);
            // every row is a query once, and the last key that it sees is itself
            int row = 0;
            for (Span span : tree.spans()) {
                assertEquals(row, span.firstQuery(), where);
                for (int i = 0; i < span.queries(); i++) {
                    assertEquals(row, span.keys()[span.keys().length - span.queries() + i], where);
                    row++;
                }
            }
            assertEquals(tree.rows(), row, where);
        }
        assertEquals(texts.size(), found.size(), where);
    }

    private static PrefixTree only(List<int[]> texts) {
        List<PrefixTree> trees = PrefixTree.of(texts, TextMask.CAUSAL, ids -> ids.length - 1, 1000);
        assertEquals(1, trees.size());
        return trees.getFirst();
    }
}
