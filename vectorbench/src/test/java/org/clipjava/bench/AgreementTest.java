package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AgreementTest {
    @Test
    void findsTheLargestDifference() {
        Agreement agreement = Agreement.of(new float[][] {{1, 2}, {3, 4}}, new float[][] {{1, 2.25f}, {3.5f, 4}});
        assertEquals(new Agreement(0.5, 1, 0), agreement);
        assertFalse(agreement.withinTolerance());
    }

    @Test
    void acceptsDifferencesWithinTheTolerance() {
        assertTrue(Agreement.of(new float[][] {{0.0009f}}, new float[][] {{0}}).withinTolerance());
    }

    @Test
    void acceptsNothingThatIsNotFinite() {
        float[][] broken = {{0, Float.NaN}};
        assertFalse(Agreement.of(broken, broken).withinTolerance());
        float[][] infinite = {{Float.POSITIVE_INFINITY}};
        assertFalse(Agreement.of(infinite, infinite).withinTolerance());
    }

    @Test
    void acceptsNoOtherWidth() {
        assertFalse(Agreement.of(new float[][] {{0, 0}}, new float[][] {{0}}).withinTolerance());
    }
}
