package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.clipjava.bench.Answers.Answer;
import org.junit.jupiter.api.Test;

/** What becomes of a load's requests, and when they come. */
class AnswersTest {
    private static final long SECOND = 1_000_000_000;

    private static Answer good(double due, double came) {
        return new Answer((long) (due * SECOND), (long) (came * SECOND), Answers.OK, false);
    }

    @Test
    void ratesAndTimesAreOfGoodAnswersAlone() {
        Answers answers = new Answers(
                SECOND,
                List.of(
                        good(1, 3),
                        good(1, 2),
                        good(2, 2.5),
                        new Answer(SECOND, 2 * SECOND, Answers.OVERLOADED, true),
                        new Answer(SECOND, 5 * SECOND, Answers.NO_ANSWER, false)));

        assertArrayEquals(new double[] {0.5, 1, 2}, answers.latencies(), 1e-9);
        assertEquals(1.5, answers.rate(0, 2), 1e-9);
        assertEquals(2, answers.rate(1, 2), 1e-9);
        assertEquals(1, answers.first().orElseThrow(), 1e-9);
        assertEquals(4, answers.last(), 1e-9);
        assertEquals(Map.of("200", 3L, "429", 1L, "no answer", 1L), answers.statuses());
        assertTrue(answers.everyRefusalSaysWhenToComeAgain());
        assertFalse(answers.with(new Answers(0, List.of(new Answer(0, 0, Answers.OVERLOADED, false))))
                .everyRefusalSaysWhenToComeAgain());
    }

    @Test
    void findsWhenARateIsReachedAgain() {
        List<Answer> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(good(0, i)); // one a second, and from ten on ten
        }
        for (int i = 0; i < 50; i++) {
            all.add(good(0, 10 + i / 10.0));
        }
        Answers answers = new Answers(0, all);

        assertEquals(OptionalDouble.of(0), answers.atRate(0.9, 2.5, 2));
        assertEquals(6.5, answers.atRate(9, 3, 3).orElseThrow(), 0.5);
        assertEquals(OptionalDouble.empty(), answers.atRate(11, 3, 3));
    }

    @Test
    void arrivalsAreSortedAndAsManyAsTheRateSays() {
        for (double[] arrivals :
                List.of(Arrivals.even(20, 5), Arrivals.ofClients(8, 20, 5), Arrivals.ofStrangers(20, 5))) {
            assertEquals(100, arrivals.length, 8); // of eight clients, each of which has as many periods
            for (int i = 1; i < arrivals.length; i++) {
                assertTrue(arrivals[i - 1] <= arrivals[i]);
            }
            assertEquals(5, arrivals[arrivals.length - 1], 1.5); // a hundred exponential gaps deviate by a tenth
        }
        assertEquals(0.05, Arrivals.even(20, 5)[1], 1e-9);
    }
}
