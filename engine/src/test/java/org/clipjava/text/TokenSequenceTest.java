package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TokenSequenceTest {
    @Test
    void isEqualByItsIdsAndByWhetherItWasCut() {
        TokenSequence sequence = TokenSequence.of(new int[] {1, 5, 2}, false);
        assertEquals(sequence, TokenSequence.of(new int[] {1, 5, 2}, false));
        assertEquals(
                sequence.hashCode(),
                TokenSequence.of(new int[] {1, 5, 2}, false).hashCode());
        assertNotEquals(sequence, TokenSequence.of(new int[] {1, 5, 2}, true));
        assertNotEquals(sequence, TokenSequence.of(new int[] {1, 4, 2}, false));
        assertNotEquals(sequence, new Object());
        assertNotEquals(
                sequence.toString(), TokenSequence.of(new int[] {1, 5, 2}, true).toString());
    }

    @Test
    void keepsItsIdsToItself() {
        int[] ids = {1, 2};
        TokenSequence sequence = TokenSequence.of(ids, true);
        ids[0] = 7;
        sequence.ids()[1] = 7;
        assertArrayEquals(new int[] {1, 2}, sequence.ids());
        assertTrue(sequence.truncated());
    }

    @Test
    void holdsAnIdAtLeastAndNoneBelowZero() {
        assertThrows(IllegalArgumentException.class, () -> TokenSequence.of(new int[0], false));
        assertThrows(IllegalArgumentException.class, () -> TokenSequence.of(new int[] {1, -1}, false));
    }
}
