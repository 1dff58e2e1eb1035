package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AccuracyTest {
    private static final float[][] EXACT = {{1, 0}, {3, 4}};

    @Test
    void isTheLeastCosineOfEach() {
        Accuracy accuracy = Accuracy.of(new float[][] {{2, 0}, {4, 3}}, new float[][] {{1, 1}, {3, 4}}, EXACT);
        assertEquals(24.0 / 25, accuracy.ours(), 1e-12);
        assertEquals(Math.sqrt(0.5), accuracy.theirs(), 1e-12);
        assertFalse(accuracy.isEnough());
    }

    @Test
    void isEnoughWhereBothAreNear() {
        assertTrue(Accuracy.of(EXACT, EXACT, EXACT).isEnough());
        assertFalse(Accuracy.of(EXACT, new float[][] {{1, 0}, {0, 0}}, EXACT).isEnough());
        assertFalse(Accuracy.of(new float[][] {{1, Float.NaN}, {3, 4}}, EXACT, EXACT)
                .isEnough());
        assertFalse(Accuracy.of(new float[][] {{1}, {3, 4}}, EXACT, EXACT).isEnough());
    }

    @Test
    void refusesAnotherNumberOfEmbeddings() {
        assertThrows(IllegalArgumentException.class, () -> Accuracy.of(new float[1][2], EXACT, EXACT));
    }
}
