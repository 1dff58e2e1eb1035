package org.clipjava.image.codec.jpeg;

import org.clipjava.image.codec.Helpers;

/** Successive bands on their way from coefficients to rows. Any thread transforms their blocks; rows are handed over in turn. */
abstract class BandGroup implements PieceQueue.Piece {
    /** That may be under way, when a picture has parts that are quick. */
    private static final int GROUPS = 6;

    /** That all of them have together, unless three have more. */
    private static final long PIXELS_UNDER_WAY = 1 << 21;

    /** A group has about so many pixels: handing over takes some microseconds, and this some hundred. */
    private static final int PIXELS = 1 << 16;

    final Frame frame;
    final SampleBands.Samples samples;

    /** Of the picture. */
    int firstBand;

    int bands;

    BandGroup(Frame frame, SampleBands.Samples samples) {
        this.frame = frame;
        this.samples = samples;
    }

    /** Of as many bands as there are, if others help. */
    static int bands(Frame frame, Helpers helpers) {
        return helpers.areThere() ? Math.clamp(PIXELS / pixelsOfBand(frame), 1, frame.bands()) : 1;
    }

    static int pixelsOfBand(Frame frame) {
        return frame.width() * frame.mostV() * Blocks.SIDE;
    }

    /** How many there may be of so many bands. One is filled while another waits for the rows below it. */
    static int count(Frame frame, int bands, Helpers helpers) {
        return helpers.areThere() ? Math.clamp(PIXELS_UNDER_WAY / ((long) bands * pixelsOfBand(frame)), 3, GROUPS) : 2;
    }

    void begin(int band, int most) {
        firstBand = band;
        bands = Math.min(most, frame.bands() - band);
        samples.begin(band);
    }

    /** Makes samples of the first {@code count} bands. */
    final void transform(int count) {
        for (int band = firstBand; band < firstBand + count; band++) {
            for (Component component : frame.components()) {
                for (int i = 0; i < component.rowsInBand(band); i++) {
                    transformRow(component, band, i);
                }
            }
        }
    }

    /** @param row of the component's blocks in the band */
    abstract void transformRow(Component component, int band, int row);
}
