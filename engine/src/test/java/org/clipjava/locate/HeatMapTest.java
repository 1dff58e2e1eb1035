package org.clipjava.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeatMapTest {
    @Test
    void smoothingSpreadsACellOverItsNeighbours() {
        double[] cosines = new double[5 * 7];
        cosines[2 * 7 + 3] = 16;
        HeatMap map = HeatMap.of(5, 7, cosines);
        assertEquals(4, map.toArray()[2 * 7 + 3]);
        assertEquals(2, map.toArray()[2 * 7 + 2]);
        assertEquals(2, map.toArray()[7 + 3]);
        assertEquals(1, map.toArray()[3 * 7 + 4]);
        assertEquals(0, map.toArray()[2 * 7 + 5]);
        assertEquals(16, Arrays.stream(map.toArray()).sum());
        assertEquals(4, map.peak());
    }

    @Test
    void whatIsTheSameEverywhereStaysSoAtTheEdges() {
        double[] cosines = new double[12];
        Arrays.fill(cosines, 0.25);
        HeatMap map = HeatMap.of(3, 4, cosines);
        assertTrue(Arrays.stream(map.toArray()).allMatch(value -> value == 0.25));
    }

    /** A picture that is one window has one value; it is as good as any peak. */
    @Test
    void aMapThatIsTheSameEverywhereCoversThePicture() {
        double[] cosines = new double[12];
        Arrays.fill(cosines, 0.25);
        cosines[5] = 0.25 + 1e-8;
        HeatMap map = HeatMap.of(3, 4, cosines);
        assertEquals(1, map.relative(0.9, 0.1));
        List<HeatMap.Part> parts = map.parts(30, 40);
        assertEquals(
                List.of(new Box(0, 0, 40, 30)),
                parts.stream().map(HeatMap.Part::box).toList());
    }

    @Test
    void placesBetweenCellsAreInterpolated() {
        HeatMap map = HeatMap.of(1, 2, 0, 4);
        // smoothed to 1 and 3
        assertEquals(1, map.at(0.25, 0.5));
        assertEquals(2, map.at(0.5, 0.1));
        assertEquals(3, map.at(1, 1));
        assertEquals(1, map.relative(0.75, 0.5));
        assertTrue(map.covers(0.7, 0.5));
        assertFalse(map.covers(0.6, 0.5));
    }

    /** Two things in a picture of 160 by 80 pixels, 10 to a cell, the second half as clear. */
    @Test
    void eachPartThatHangsTogetherHasItsBox() {
        double[] cosines = new double[8 * 16];
        for (int row = 2; row < 6; row++) {
            for (int column = 1; column < 5; column++) {
                cosines[row * 16 + column] = 1;
                cosines[row * 16 + column + 9] = 0.9;
            }
        }
        List<HeatMap.Part> parts = HeatMap.of(8, 16, cosines).parts(80, 160);
        assertEquals(2, parts.size());
        assertEquals(1, parts.getFirst().value());
        assertTrue(parts.getFirst().box().overlap(new Box(10, 20, 50, 60)) > 0.7, parts.toString());
        assertTrue(parts.getLast().box().overlap(new Box(100, 20, 140, 60)) > 0.7, parts.toString());
        assertEquals(0.9, parts.getLast().value(), 1e-12);
    }

    @Test
    void aBoxLiesInThePictureHoweverSmallThatIs() {
        double[] cosines = new double[9 * 9];
        cosines[80] = 1;
        for (HeatMap.Part part : HeatMap.of(9, 9, cosines).parts(3, 2)) {
            assertTrue(part.box().xmax() <= 2 && part.box().ymax() <= 3, part.toString());
        }
    }

    @Test
    void boxesOverlapByWhatTheyShare() {
        Box box = new Box(0, 0, 10, 10);
        assertEquals(1, box.overlap(box));
        assertEquals(0, box.overlap(new Box(10, 0, 20, 10)));
        assertEquals(25.0 / 175, box.overlap(new Box(5, 5, 15, 15)));
    }

    @Test
    void refusesWhatIsNoMapOrBox() {
        assertThrows(IllegalArgumentException.class, () -> HeatMap.of(2, 2, 1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> new Box(3, 0, 3, 4));
    }
}
