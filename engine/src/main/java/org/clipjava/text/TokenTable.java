package org.clipjava.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * Tokens as the bytes of a model file, {@code \n} after each, and the way from a token's bytes to its id.
 *
 * <p>Opening a model fills it for each of 49,408 tokens and asks it three times for each of 48,894 merges: strings and a
 * hash map of them would be most of the time that a small model takes to open.
 */
final class TokenTable {
    static final int NONE = -1;

    /** Another one in each JVM: nobody can write a file whose tokens all have one hash. */
    private static final long MULTIPLIER = new Random().nextLong() | 1;

    private final byte[] lines;

    /** Where each token begins; one more for the end. */
    private final int[] starts;

    /** Ids plus one, 0 where there is none: an open hash table, at most half full. */
    private final int[] slots;

    /** How many tokens are in the slots: all, unless {@link #firstTwin()} says otherwise. */
    private final int distinct;

    /** @param lines whole lines of UTF-8, which are not copied */
    TokenTable(byte[] lines) {
        this.lines = lines;
        int size = Bytes.count(lines, (byte) '\n');
        starts = new int[size + 1];
        int id = 0;
        for (int at = 0; at < lines.length; at++) {
            if (lines[at] == '\n') {
                starts[++id] = at + 1;
            }
        }
        slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, size)) * 4)];
        int added = 0;
        while (added < size && add(added)) {
            added++;
        }
        distinct = added;
    }

    private boolean add(int id) {
        int slot = slot(hash(0, lines, starts[id], end(id)), lines, starts[id], end(id), lines, 0, 0);
        if (slots[slot] != 0) {
            return false;
        }
        slots[slot] = id + 1;
        return true;
    }

    int size() {
        return starts.length - 1;
    }

    /** The first id whose token another one has already, or {@link #NONE}; no later token can be found. */
    int firstTwin() {
        return distinct < size() ? distinct : NONE;
    }

    /** A token in GPT-2's byte alphabet. */
    String token(int id) {
        return new String(lines, starts[id], end(id) - starts[id], StandardCharsets.UTF_8);
    }

    boolean isEmpty(int id) {
        return starts[id] == end(id);
    }

    /** Where a token ends; its line feed is there. */
    private int end(int id) {
        return starts[id + 1] - 1;
    }

    int find(String token) {
        byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
        return find(bytes, 0, bytes.length);
    }

    /** The id of these bytes, or {@link #NONE}. */
    int find(byte[] bytes, int from, int to) {
        return find(bytes, from, to, bytes, to, to);
    }

    /** The id of two runs of bytes, one after the other, or {@link #NONE}. */
    int find(byte[] first, int from, int to, byte[] second, int secondFrom, int secondTo) {
        long hash = hash(hash(0, first, from, to), second, secondFrom, secondTo);
        return slots[slot(hash, first, from, to, second, secondFrom, secondTo)] - 1;
    }

    /** Whether an id, which need not be one, is that of two runs of bytes, one after the other. */
    boolean is(int id, byte[] first, int from, int to, byte[] second, int secondFrom, int secondTo) {
        return id >= 0 && id < size() && equal(id, first, from, to, second, secondFrom, secondTo);
    }

    private static long hash(long before, byte[] bytes, int from, int to) {
        long hash = before;
        for (int at = from; at < to; at++) {
            hash = hash * MULTIPLIER + bytes[at];
        }
        return hash;
    }

    /** Where the bytes' id is, or the empty slot where it would go. */
    private int slot(long hash, byte[] first, int from, int to, byte[] second, int secondFrom, int secondTo) {
        int slot = (int) ((hash * 0x9E3779B97F4A7C15L) >>> 32) & (slots.length - 1);
        while (slots[slot] != 0 && !equal(slots[slot] - 1, first, from, to, second, secondFrom, secondTo)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean equal(int id, byte[] first, int from, int to, byte[] second, int secondFrom, int secondTo) {
        int start = starts[id];
        int middle = start + (to - from);
        return end(id) - start == to - from + secondTo - secondFrom
                && Arrays.equals(lines, start, middle, first, from, to)
                && Arrays.equals(lines, middle, end(id), second, secondFrom, secondTo);
    }

    /** The tokens' lines, copied. */
    byte[] lines() {
        return lines.clone();
    }

    /** Writes a token's bytes. */
    void writeTo(Bytes out, int id) {
        out.add(lines, starts[id], end(id));
    }
}
