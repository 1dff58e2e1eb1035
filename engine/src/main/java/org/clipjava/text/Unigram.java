package org.clipjava.text;

import java.util.Arrays;

/**
 * Takes a text apart into the pieces whose scores have the greatest sum (Kudo, 2018), by Viterbi's algorithm: from left to right, and of
 * two ways that are equal the one that was found first. What is no piece, character by character, is the unknown token, once for a run.
 * Its time grows with the text's length times that of the longest piece. Serves one text after another; not thread-safe.
 */
final class Unigram {
    private static final int UNREACHED = -1;

    private final PieceVocabulary vocabulary;
    private final int unknownToken;
    private final double unknownScore;

    /** Whether sums are those of single precision, as SentencePiece's own. */
    private final boolean single;

    /** By place: the greatest sum of a way there, the place that its last piece begins at, and that piece. */
    private double[] best = new double[64];

    private int[] starts = new int[64];
    private int[] pieces = new int[64];

    Unigram(PieceVocabulary vocabulary, int unknownToken, double unknownScore, boolean single) {
        this.vocabulary = vocabulary;
        this.unknownToken = unknownToken;
        this.unknownScore = unknownScore;
        this.single = single;
    }

    /** Is told of the pieces, in order. */
    interface Target {
        void piece(int id, int from, int to);
    }

    /** @param text well-formed UTF-8 */
    void encode(byte[] text, Target target) {
        int length = text.length;
        if (best.length <= length) {
            best = new double[2 * length];
            starts = new int[2 * length];
            pieces = new int[2 * length];
        }
        Arrays.fill(starts, 0, length + 1, UNREACHED);
        best[0] = 0;
        starts[0] = 0;
        for (int from = 0; from < length; from += Bytes.lengthFrom(text[from])) {
            int start = from;
            int next = from + Bytes.lengthFrom(text[from]);
            boolean[] alone = {false};
            vocabulary.find(text, from, (id, end) -> {
                offer(start, end, id, vocabulary.score(id));
                alone[0] |= end == next;
            });
            if (!alone[0]) {
                offer(from, next, unknownToken, unknownScore);
            }
        }
        tell(length, target);
    }

    private void offer(int from, int to, int id, double score) {
        double sum = single ? (float) best[from] + (float) score : best[from] + score;
        if (starts[to] == UNREACHED || sum > best[to]) {
            best[to] = sum;
            starts[to] = from;
            pieces[to] = id;
        }
    }

    /** From the end to the start, turned round; a run of what is unknown becomes one. */
    private void tell(int length, Target target) {
        int count = 0;
        int[] way = new int[16];
        for (int at = length; at > 0; at = starts[at]) {
            if (count == way.length) {
                way = Arrays.copyOf(way, 2 * count);
            }
            way[count++] = at;
        }
        for (int i = count - 1; i >= 0; i--) {
            int end = way[i];
            int from = starts[end];
            while (pieces[end] == unknownToken && i > 0 && pieces[way[i - 1]] == unknownToken) {
                end = way[--i];
            }
            target.piece(pieces[end], from, end);
        }
    }
}
