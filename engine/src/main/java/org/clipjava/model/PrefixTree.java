package org.clipjava.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.clipjava.config.TextMask;
import org.clipjava.kernel.Span;

/**
 * Some texts with their common beginnings folded: under the causal mask a token's state depends on the tokens before it
 * alone, so {@code a photo of a} is computed once for all prompts that begin with it. Without a mask it depends on all of the text, so
 * only texts that are the same are folded. Each token of the tree is a row.
 */
final class PrefixTree {
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private final List<Span> pooledSpans = new ArrayList<>();
    private final List<Integer> pooledRows = new ArrayList<>();
    private final List<Integer> texts = new ArrayList<>();
    private final boolean causal;

    private PrefixTree(TextMask mask) {
        this.causal = mask == TextMask.CAUSAL;
    }

    /**
     * As few trees as hold all texts. The order of the texts makes no difference to a text's result.
     *
     * @param texts token ids; none empty; under the causal mask none the beginning of another that is not the same
     * @param pooledAt the token of a text that is pooled; under the causal mask the last
     * @param rowsAtOnce rows of a tree at the most, unless one text alone has more; texts at the most, too, since one that is
     *     there often adds no row but takes one when the texts are pooled
     */
    static List<PrefixTree> of(List<int[]> texts, TextMask mask, ToIntFunction<int[]> pooledAt, int rowsAtOnce) {
        List<Integer> order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparing(texts::get, Arrays::compare))
                .toList();
        List<PrefixTree> trees = new ArrayList<>();
        PrefixTree tree = new PrefixTree(mask);
        int[] previous = {};
        int[] path = {};
        for (int text : order) {
            int[] ids = texts.get(text);
            int shared = tree.shared(previous, ids);
            boolean full = tree.rows() + ids.length - shared > rowsAtOnce || tree.texts.size() == rowsAtOnce;
            if (tree.rows() > 0 && full) {
                trees.add(tree);
                tree = new PrefixTree(mask);
                shared = 0;
            }
            path = tree.add(text, ids, shared, path, pooledAt.applyAsInt(ids));
            previous = ids;
        }
        if (tree.rows() > 0) {
            trees.add(tree);
        }
        return trees;
    }

    /** Adds a text that shares its first tokens with the one added before, whose rows were {@code path}. */
    private int[] add(int text, int[] ids, int shared, int[] path, int pooledAt) {
        int firstRow = rows();
        int[] rows = Arrays.copyOf(path, ids.length);
        for (int position = shared; position < ids.length; position++) {
            rows[position] = rows();
            tokens.add(ids[position]);
            positions.add(position);
        }
        if (shared < ids.length) {
            spans.add(new Span(firstRow, ids.length - shared, rows, causal));
        }
        pooledSpans.add(new Span(pooledSpans.size(), 1, rows, false));
        pooledRows.add(rows[pooledAt]);
        texts.add(text);
        return rows;
    }

    /** How many of a text's first tokens have the states that they have in the text before. */
    private int shared(int[] previous, int[] ids) {
        int mismatch = Arrays.mismatch(previous, ids);
        if (mismatch < 0) {
            return ids.length;
        }
        return causal ? mismatch : 0;
    }

    /** M, the tokens of the tree. */
    int rows() {
        return tokens.size();
    }

    int token(int row) {
        return tokens.get(row);
    }

    /** Where in its text a row's token stands. */
    int position(int row) {
        return positions.get(row);
    }

    /** Which rows see which. */
    List<Span> spans() {
        return spans;
    }

    /** What the token that each text is pooled at sees: all of the text, which the keys are the rows of. */
    List<Span> pooledSpans() {
        return pooledSpans;
    }

    /** The row of the token that the i-th text in the tree is pooled at. */
    int pooledRow(int i) {
        return pooledRows.get(i);
    }

    /** Which of the texts given the i-th in the tree is. */
    int text(int i) {
        return texts.get(i);
    }
}
