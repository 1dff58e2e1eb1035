package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.clipjava.bench.Growth.Panel;
import org.clipjava.bench.Growth.Point;
import org.clipjava.bench.Growth.Series;
import org.clipjava.bench.GrowthPlot.Axis;
import org.clipjava.measure.Sample;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class GrowthPlotTest {
    private static final Panel PANEL = new Panel(
            "A & B",
            "things",
            false,
            List.of(
                    new Series("one", List.of(point(1, 2), point(10, 21), point(100, 190))),
                    new Series("two", List.of(point(1, 4)))));

    @Test
    void drawsEveryPointInsideItsPanel() throws Exception {
        Document svg = parsed(new GrowthPlot(List.of(PANEL), List.of("note < 1")).toSvg());
        NodeList dots = svg.getElementsByTagName("circle");
        assertEquals(4, dots.getLength());
        for (int i = 0; i < dots.getLength(); i++) {
            double x = Double.parseDouble(((Element) dots.item(i)).getAttribute("cx"));
            double y = Double.parseDouble(((Element) dots.item(i)).getAttribute("cy"));
            assertTrue(x >= 50 && x <= 320 && y >= 30 && y <= 230, x + ", " + y);
        }
    }

    @Test
    void growthInProportionIsADiagonal() {
        Axis x = new Axis(1, 100, 0, 200);
        assertEquals(100, x.at(10), 1e-9);
        assertEquals(200, x.at(100), 1e-9);
    }

    @Test
    void timesHaveTheUnitThatIsRead() {
        assertEquals("0.5 ms", Axis.time(0.5));
        assertEquals("500 ms", Axis.time(500));
        assertEquals("1 s", Axis.time(1000));
        assertEquals("1,000 s", Axis.time(1e6));
        assertEquals("1,000,000", Axis.label(1e6));
    }

    @Test
    void saysWhatItShows() throws Exception {
        Document svg = parsed(new GrowthPlot(List.of(PANEL), List.of("note < 1")).toSvg());
        List<String> texts = new ArrayList<>();
        NodeList nodes = svg.getElementsByTagName("text");
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        assertTrue(texts.containsAll(List.of("A & B", "things", "one", "two", "note < 1")), texts::toString);
    }

    @Test
    void ticksAreRoundNumbersInsideTheAxis() {
        assertEquals(List.of(1.0, 2.0, 5.0, 10.0), new Axis(0.9, 11, 0, 1).ticks());
        assertEquals(List.of(1.0, 10.0, 100.0, 1000.0), new Axis(0.9, 1100, 0, 1).ticks());
        assertEquals("0.05", Axis.label(0.05));
        assertEquals("200", Axis.label(200));
    }

    private static Point point(double x, double millis) {
        return new Point(x, Sample.of(millis));
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
