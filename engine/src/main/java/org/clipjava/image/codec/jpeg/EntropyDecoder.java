package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import java.util.List;
import org.clipjava.image.codec.CodecException;

/**
 * Decodes a scan's data to coefficients, and goes on after damage as libjpeg does: what is missing up to the next marker
 * is taken for zeros, and restart markers that are lost or out of turn are looked for.
 */
abstract sealed class EntropyDecoder permits HuffmanDecoder, ArithmeticDecoder {
    final Input in;
    /** Of the scan that was begun last. */
    @SuppressWarnings("NullAway.Init") // nothing is decoded before start
    Scan scan;

    private int restartInterval;
    private int mcusToRestart;
    private int nextRestart;

    EntropyDecoder(Input in) {
        this.in = in;
    }

    /** For a frame. */
    static EntropyDecoder of(Frame frame, Input in) {
        if (frame.arithmetic()) {
            return new ArithmeticDecoder(in, frame.progressive());
        }
        return frame.progressive() ? new ProgressiveHuffman(in) : new SequentialHuffman(in);
    }

    /**
     * Begins a scan, of which the header was read.
     *
     * @throws CodecException if a table that it needs is missing or wrong
     */
    final void start(Scan header, Tables tables) throws CodecException {
        scan = header;
        restartInterval = tables.restartInterval;
        mcusToRestart = restartInterval;
        nextRestart = 0;
        prepare(tables);
        reset();
    }

    /**
     * Begins a scan behind one of its restart markers, where {@link #in} is.
     *
     * @param markers up to there
     * @throws CodecException if a table that it needs is missing or wrong
     */
    final void startBehind(int markers, Scan header, Tables tables) throws CodecException {
        start(header, tables);
        nextRestart = markers & 7;
    }

    /**
     * Decodes what the scan has of a band.
     *
     * @param coefficients of each component of the frame, [bands, rows of blocks in a band, {@link Component#paddedAcross}, 64]
     * @param stored where the band is in them, in bands
     * @return whether there were data at some of its MCUs' begin
     * @throws EOFException if the file has come to its end
     */
    final boolean decodeBand(Frame frame, int band, short[][] coefficients, int stored) throws EOFException {
        return scan.interleaved() ? decodeMcus(frame, coefficients, stored) : decodeBlocks(band, coefficients, stored);
    }

    private boolean decodeMcus(Frame frame, short[][] coefficients, int stored) throws EOFException {
        List<Component> components = scan.components();
        int count = components.size();
        boolean good = false;
        for (int mcu = 0; mcu < frame.mcusAcross(); mcu++) {
            good |= isComplete();
            boolean data = beginMcu();
            for (int c = 0; c < count && data; c++) {
                Component component = components.get(c);
                short[] blocks = coefficients[component.index];
                for (int y = 0; y < component.v && data; y++) {
                    int at = component.rowOfBlocks(stored * component.v + y) + mcu * component.h * Blocks.SIZE;
                    for (int x = 0; x < component.h && data; x++) {
                        data = block(c, blocks, at + x * Blocks.SIZE);
                    }
                }
            }
        }
        return good;
    }

    private boolean decodeBlocks(int band, short[][] coefficients, int stored) throws EOFException {
        Component component = scan.components().get(0);
        short[] blocks = coefficients[component.index];
        int rows = component.rowsInBand(band);
        boolean good = false;
        for (int y = 0; y < rows; y++) {
            int at = component.rowOfBlocks(stored * component.v + y);
            for (int x = 0; x < component.blocksAcross; x++) {
                good |= isComplete();
                if (beginMcu()) {
                    block(0, blocks, at + x * Blocks.SIZE);
                }
            }
        }
        return good;
    }

    /**
     * Reads a restart marker where one is due.
     *
     * @return whether there are data for the next MCU; if not, its blocks stay as they are
     * @throws EOFException if the file has come to its end
     */
    private boolean beginMcu() throws EOFException {
        if (restartInterval > 0) {
            if (mcusToRestart == 0) {
                findRestart();
                reset();
                mcusToRestart = restartInterval;
            }
            mcusToRestart--;
        }
        return hasData();
    }

    /** Whether data have not run out before their marker was due. */
    abstract boolean isComplete();

    abstract void prepare(Tables tables) throws CodecException;

    /** Begins at {@link #in}'s place with nothing known. */
    abstract void reset();

    abstract boolean hasData() throws EOFException;

    /**
     * Decodes the next block.
     *
     * @param component of the scan
     * @param at where the block begins in {@code coefficients}
     * @return false if the rest of the MCU stays as it is
     */
    abstract boolean block(int component, short[] coefficients, int at) throws EOFException;

    /** After the last MCU. */
    abstract void finish() throws EOFException;

    private void findRestart() throws EOFException {
        endSegment();
        if (in.marker == 0) {
            in.findMarker();
        }
        if (in.marker == Markers.RST0 + nextRestart) {
            in.marker = 0;
        } else {
            resynchronize(nextRestart);
        }
        nextRestart = (nextRestart + 1) & 7;
    }

    abstract void endSegment();

    /**
     * libjpeg's choice when another marker is there than was due. A restart marker a little ahead, or any other marker, is
     * kept, and the data before it are taken for lost; one a little behind is skipped with its data; any other is dropped.
     */
    private void resynchronize(int due) throws EOFException {
        while (true) {
            int marker = in.marker;
            if (marker >= Markers.SOF0 && (marker < Markers.RST0 || marker > Markers.RST7)) {
                return;
            }
            int ahead = (marker - Markers.RST0 - due) & 7;
            if (marker >= Markers.SOF0) {
                if (ahead == 1 || ahead == 2) {
                    return;
                }
                if (ahead != 6 && ahead != 7) {
                    in.marker = 0;
                    return;
                }
            }
            in.findMarker();
        }
    }
}
