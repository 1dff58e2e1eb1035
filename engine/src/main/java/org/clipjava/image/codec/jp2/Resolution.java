package org.clipjava.image.codec.jp2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A resolution of a tile's component (T.800, B.5 and B.6): its subbands, and the precincts that they are divided into. Precincts exist
 * from their first packet on that is not empty.
 */
final class Resolution {
    /** Where there are no more precincts. */
    static final long BEHIND_ALL = Long.MAX_VALUE;

    private final TileComponent component;
    private final int index;
    private final Area area;
    private final List<Subband> bands;
    private final int widthExponent;
    private final int heightExponent;
    private final int across;
    private final int down;
    private final Map<Integer, Precinct> precincts = new HashMap<>();
    private int[] layersRead = new int[0];

    Resolution(TileComponent component, int index, List<Subband> bands) {
        this.component = component;
        this.index = index;
        this.bands = bands;
        area = component.area(index);
        widthExponent = component.style().precinctWidthExponent(index);
        heightExponent = component.style().precinctHeightExponent(index);
        across = area.isEmpty() ? 0 : ((area.x1() - 1) >> widthExponent) - (area.x0() >> widthExponent) + 1;
        down = area.isEmpty() ? 0 : ((area.y1() - 1) >> heightExponent) - (area.y0() >> heightExponent) + 1;
    }

    TileComponent component() {
        return component;
    }

    Area area() {
        return area;
    }

    List<Subband> bands() {
        return bands;
    }

    /** Precincts in a row. */
    int across() {
        return across;
    }

    int down() {
        return down;
    }

    long precinctCount() {
        return (long) across * down;
    }

    /** Packets of a precinct that were read; those of further layers follow. To be asked once all bounds are checked. */
    int layersRead(int precinct) {
        return layersRead.length == 0 ? 0 : layersRead[precinct];
    }

    void layerWasRead(int precinct) {
        if (layersRead.length == 0) {
            layersRead = new int[across * down];
        }
        layersRead[precinct]++;
    }

    boolean hasPrecinct(int number) {
        return precincts.containsKey(number);
    }

    /** The precinct, made if it is not there yet. */
    Precinct precinct(int number) {
        return precincts.computeIfAbsent(number, this::newPrecinct);
    }

    /** How many code-blocks a precinct has. */
    long blocks(int number) {
        long sum = 0;
        for (Subband band : bands) {
            sum += blockGrid(band, number).count();
        }
        return sum;
    }

    /** Those that have code-blocks with data. */
    Iterable<Precinct> precincts() {
        return precincts.values();
    }

    private Precinct newPrecinct(int number) {
        List<Precinct.Part> parts = new ArrayList<>(bands.size());
        for (Subband band : bands) {
            parts.add(new Precinct.Part(band, blockGrid(band, number)));
        }
        return new Precinct(parts);
    }

    /** The code-blocks of a subband in a precinct (B.7). */
    private BlockGrid blockGrid(Subband band, int number) {
        int halved = index == 0 ? 0 : 1;
        int w = widthExponent - halved;
        int h = heightExponent - halved;
        long left = (long) ((area.x0() >> widthExponent) + number % across) << w;
        long top = (long) ((area.y0() >> heightExponent) + number / across) << h;
        Area part = band.area().intersect(left, top, left + (1L << w), top + (1L << h));
        return new BlockGrid(
                part,
                Math.min(w, component.style().blockWidthExponent()),
                Math.min(h, component.style().blockHeightExponent()));
    }

    /** The row of the reference grid where a row of precincts comes in progressions by position (B.12.1.3). */
    long gridRow(int row) {
        return position(
                row, down, area.y0(), heightExponent, component.tileArea().y0(), component.dy());
    }

    long gridColumn(int column) {
        return position(
                column, across, area.x0(), widthExponent, component.tileArea().x0(), component.dx());
    }

    private long position(int number, int count, int from, int exponent, int tileFrom, int step) {
        if (number == count) {
            return BEHIND_ALL;
        }
        if (number == 0 && (from & ((1 << exponent) - 1)) != 0) {
            return tileFrom;
        }
        long first = (long) ((from >> exponent) + number) << exponent;
        return (first << (component.style().resolutions() - 1 - index)) * step;
    }
}
