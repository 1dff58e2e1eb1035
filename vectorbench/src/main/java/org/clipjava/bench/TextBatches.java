package org.clipjava.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How texts are given to a peer that wants rows of one length: sorted by length and cut into batches.
 *
 * @param description for the report
 * @param batches indices of texts; each text is in one batch
 */
record TextBatches(String description, List<int[]> batches) {
    private static final List<Integer> SIZES = List.of(16, 64, 256);

    /**
     * Cuts texts into batches.
     *
     * @param most texts in a batch
     * @param padded whether texts of different lengths may share one, the shorter ones padded
     */
    static TextBatches of(List<int[]> texts, int most, boolean padded) {
        List<Integer> sorted = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(index -> texts.get(index).length))
                .toList();
        List<int[]> batches = new ArrayList<>();
        List<Integer> batch = new ArrayList<>();
        for (int index : sorted) {
            boolean fits = batch.size() < most
                    && (padded || batch.isEmpty() || texts.get(batch.getFirst()).length == texts.get(index).length);
            if (!fits) {
                batches.add(batch.stream().mapToInt(Integer::intValue).toArray());
                batch.clear();
            }
            batch.add(index);
        }
        batches.add(batch.stream().mapToInt(Integer::intValue).toArray());
        String description = padded
                ? "sorted by length, up to " + most + " at once, padded to the longest"
                : "up to " + most + " of one length at once, unpadded";
        return new TextBatches(description, batches);
    }

    /** The ways worth trying; a peer gets the one that is fastest for it. */
    static List<TextBatches> candidates(List<int[]> texts) {
        List<TextBatches> candidates = new ArrayList<>();
        boolean oneLength =
                texts.stream().mapToInt(text -> text.length).distinct().count() == 1;
        for (int size : SIZES) {
            candidates.add(of(texts, size, false));
            if (!oneLength) { // else padding makes no difference
                candidates.add(of(texts, size, true));
            }
            if (size >= texts.size()) {
                break; // a larger size makes no difference
            }
        }
        return candidates;
    }

    /** The indices of a batch that keeps the order. */
    static int[] range(int count) {
        return IntStream.range(0, count).toArray();
    }
}
