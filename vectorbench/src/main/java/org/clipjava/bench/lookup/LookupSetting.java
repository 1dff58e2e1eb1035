package org.clipjava.bench.lookup;

/**
 * How exactly a layer is computed, spelled {@code b/t}.
 *
 * @param weightBits b, 2 to 8: a lookup for each
 * @param entryBits t, 4 to 8; or 10 to 16, even, in two tables of half as many bits: {@link #digits()}
 */
public record LookupSetting(int weightBits, int entryBits) {
    /** From so many bits on, entries are exact: sums of six differences of two bytes. */
    public static final int EXACT_BITS = 12;

    private static final int LEAST_BITS = 4;

    public LookupSetting {
        if (weightBits < 2 || weightBits > Byte.SIZE) {
            throw new IllegalArgumentException("expected weights of 2 to 8 bits, found " + weightBits);
        }
        boolean oneTable = entryBits >= LEAST_BITS && entryBits <= Byte.SIZE;
        boolean twoTables = entryBits > Byte.SIZE && entryBits <= Short.SIZE && entryBits % 2 == 0;
        if (!oneTable && !twoTables) {
            throw new IllegalArgumentException("expected entries of 4 to 8, 10, 12, 14 or 16 bits, found " + entryBits);
        }
    }

    /**
     * Reads {@code 8/7}.
     *
     * @throws IllegalArgumentException if it is no setting
     */
    public static LookupSetting parse(String text) {
        String[] words = text.split("/", -1);
        if (words.length != 2 || !words[0].matches("\\d{1,2}") || !words[1].matches("\\d{1,2}")) {
            throw new IllegalArgumentException(
                    "expected bits of a weight and of an entry as in 8/7, found '" + text + "'");
        }
        return new LookupSetting(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
    }

    /** Tables of a group: an entry is stored in one byte, or in two. */
    int digits() {
        return entryBits > Byte.SIZE ? 2 : 1;
    }

    /** Bits of an entry in one table. */
    int digitBits() {
        return entryBits / digits();
    }

    /** How many digits a byte can hold the sum of. */
    int together() {
        return 1 << (Byte.SIZE - digitBits());
    }

    /** The largest entry; the least is its negative. */
    int limit() {
        return bias() - 1;
    }

    /** What is added to an entry, that its digits have no sign. */
    int bias() {
        return 1 << (entryBits - 1);
    }

    /** What a digit of a bit's sum counts: weights are in two's complement. */
    int factor(int plane, int digit) {
        int factor = 1 << (plane + digit * digitBits());
        return plane == weightBits - 1 ? -factor : factor;
    }

    @Override
    public String toString() {
        return weightBits + "/" + entryBits;
    }
}
