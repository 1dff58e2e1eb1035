package org.clipjava.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Box;
import org.clipjava.locate.Detection;
import org.clipjava.locate.HeatMap;
import org.clipjava.locate.Location;
import org.junit.jupiter.api.Test;

class OverlayTest {
    /** So large that nothing is scaled. */
    private static final int WIDTH = 600;

    private static final int WHITE = 0xffffff;

    private static RgbImage grey() {
        byte[] rgb = new byte[3 * WIDTH * 300];
        Arrays.fill(rgb, (byte) 128);
        return RgbImage.of(WIDTH, 300, rgb);
    }

    private static Location at(String label, Box box) {
        return new Location(label, HeatMap.of(1, 2, 1, 0), 0.99, List.of(new Detection(label, 0.5f, box)));
    }

    private static int pixel(RgbImage image, int x, int y) {
        int i = 3 * (y * image.width() + x);
        return (image.rgb()[i] & 0xff) << 16 | (image.rgb()[i + 1] & 0xff) << 8 | (image.rgb()[i + 2] & 0xff);
    }

    /** White rows of a tag's first column, before its text begins. */
    private static List<Integer> whiteRows(RgbImage image, int x, int from, int to) {
        return IntStream.range(from, to)
                .filter(y -> pixel(image, x, y) == WHITE)
                .boxed()
                .toList();
    }

    /** Of a colour, in the first tag's rows of a column. */
    private static long count(RgbImage image, int x, int colour) {
        return IntStream.range(15, 34).filter(y -> pixel(image, x, y) == colour).count();
    }

    @Test
    void tagsLieAboveAllBoxesAndBelowOneAnother() {
        RgbImage overlay = Overlay.of(
                grey(),
                List.of(
                        at("a label that is wider than its box", new Box(10, 10, 60, 120)),
                        at("b", new Box(62, 10, 200, 120))));
        List<Integer> first = IntStream.range(15, 34).boxed().toList();
        assertEquals(first, whiteRows(overlay, 15, 15, 36), "the first begins in its box");
        // the second box's own border is at 64, and its tag would begin at 67
        assertEquals(0, count(overlay, 64, 0x0072b2), "the tag hides the border");
        List<Integer> second = whiteRows(overlay, 67, 34, 70);
        assertEquals(IntStream.range(34, 53).boxed().toList(), second, "the second is moved below");
    }

    @Test
    void aTagAtTheRightEdgeIsMovedIntoThePicture() {
        RgbImage overlay = Overlay.of(grey(), List.of(at("a rather long label", new Box(560, 50, 600, 90))));
        // the last column of the picture belongs to the tag
        assertTrue(whiteRows(overlay, WIDTH - 1, 55, 74).size() == 19);
    }
}
