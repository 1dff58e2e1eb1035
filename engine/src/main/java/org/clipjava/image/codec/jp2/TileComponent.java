package org.clipjava.image.codec.jp2;

import java.util.ArrayList;
import java.util.List;

/** A component of a tile (T.800, B.3): its resolutions, from the smallest on. */
final class TileComponent {
    private final Area tileArea;
    private final Area area;
    private final Grid.Component samples;
    private final ComponentStyle style;
    private final List<Resolution> resolutions = new ArrayList<>();

    TileComponent(Area tileArea, Grid.Component samples, ComponentStyle style) {
        this.tileArea = tileArea;
        this.samples = samples;
        this.style = style;
        area = tileArea.sampled(samples.dx(), samples.dy());
        for (int r = 0; r < style.resolutions(); r++) {
            resolutions.add(new Resolution(this, r, bands(r)));
        }
    }

    private List<Subband> bands(int r) {
        if (r == 0) {
            return List.of(band(0, style.resolutions() - 1, 0, 0, 0));
        }
        int levels = style.resolutions() - r;
        Area low = area(r - 1);
        int number = 3 * r - 2;
        return List.of(
                band(1, levels, number, low.width(), 0),
                band(2, levels, number + 1, 0, low.height()),
                band(3, levels, number + 2, low.width(), low.height()));
    }

    private Subband band(int orientation, int levels, int number, int planeX, int planeY) {
        Area area = this.area.band(levels, orientation & 1, orientation >> 1);
        return new Subband(
                orientation, area, planeX, planeY, style.bitPlanes(number), style.stepSize(number, samples.bits()));
    }

    /** The area of a resolution. */
    Area area(int resolution) {
        return area.band(style.resolutions() - 1 - resolution, 0, 0);
    }

    Area area() {
        return area;
    }

    Area tileArea() {
        return tileArea;
    }

    Grid.Component samples() {
        return samples;
    }

    int dx() {
        return samples.dx();
    }

    int dy() {
        return samples.dy();
    }

    ComponentStyle style() {
        return style;
    }

    List<Resolution> resolutions() {
        return resolutions;
    }
}
