package org.clipjava.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.kernel.Span;

/**
 * Some texts with their common beginnings folded: under the causal mask a token's state depends on the tokens before it
 * alone, so {@code a photo of a} is computed once for all prompts that begin with it. Each token of the tree is a row.
 */
final class PrefixTree {
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private final List<Span> endSpans = new ArrayList<>();
    private final List<Integer> texts = new ArrayList<>();

    private PrefixTree() {}

    /**
     * As few trees as hold all texts. The order of the texts makes no difference to a text's result.
     *
     * @param texts token ids; none empty, none the beginning of another that is not the same
     * @param rowsAtOnce rows of a tree at the most, unless one text alone has more; texts at the most, too, since one that is
     *     there often adds no row but takes one when the texts are pooled
     */
    static List<PrefixTree> of(List<int[]> texts, int rowsAtOnce) {
        List<Integer> order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparing(texts::get, Arrays::compare))
                .toList();
        List<PrefixTree> trees = new ArrayList<>();
        PrefixTree tree = new PrefixTree();
        int[] previous = {};
        int[] path = {};
        for (int text : order) {
            int[] ids = texts.get(text);
            int shared = commonPrefix(previous, ids);
            boolean full = tree.rows() + ids.length - shared > rowsAtOnce || tree.texts.size() == rowsAtOnce;
            if (tree.rows() > 0 && full) {
                trees.add(tree);
                tree = new PrefixTree();
                shared = 0;
            }
            path = tree.add(text, ids, shared, path);
            previous = ids;
        }
        if (tree.rows() > 0) {
            trees.add(tree);
        }
        return trees;
    }

    /** Adds a text that shares its first tokens with the one added before, whose rows were {@code path}. */
    private int[] add(int text, int[] ids, int shared, int[] path) {
        int firstRow = rows();
        int[] rows = Arrays.copyOf(path, ids.length);
        for (int position = shared; position < ids.length; position++) {
            rows[position] = rows();
            tokens.add(ids[position]);
            positions.add(position);
        }
        if (shared < ids.length) {
            spans.add(new Span(firstRow, ids.length - shared, rows, true));
        }
        endSpans.add(new Span(endSpans.size(), 1, rows, false));
        texts.add(text);
        return rows;
    }

    private static int commonPrefix(int[] a, int[] b) {
        int mismatch = Arrays.mismatch(a, b);
        return mismatch < 0 ? a.length : mismatch;
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

    /** What the last token of each text sees: all of the text. */
    List<Span> endSpans() {
        return endSpans;
    }

    /** The row of the last token of the i-th text in the tree. */
    int endRow(int i) {
        int[] keys = endSpans.get(i).keys();
        return keys[keys.length - 1];
    }

    /** Which of the texts given the i-th in the tree is. */
    int text(int i) {
        return texts.get(i);
    }
}
