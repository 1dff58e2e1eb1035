package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
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
     * Reads a restart marker where one is due.
     *
     * @return whether there are data for the next MCU; if not, its blocks stay as they are
     * @throws EOFException if the file has come to its end
     */
    final boolean beginMcu() throws EOFException {
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
