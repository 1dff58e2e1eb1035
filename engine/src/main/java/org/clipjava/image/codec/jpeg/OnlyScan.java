package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.Helpers;

/**
 * Decodes a picture that has one scan of all its components, some bands at a time. Its codes are read one after the other, and helpers do
 * the rest; or, between restart markers that come in turn, helpers read codes as well.
 */
final class OnlyScan {
    /** The most that a group has so that it ends where a restart marker is. */
    private static final int MOST_PIXELS = 1 << 19;

    private final Frame frame;
    private final Scan scan;
    private final Tables tables;
    private final SampleBands samples;
    private final Helpers helpers;

    /** Goes on behind the codes of the last group that was read in order, or had its turn. */
    private EntropyDecoder reached;

    /** @param begun has started with the scan */
    OnlyScan(Frame frame, Tables tables, EntropyDecoder begun, SampleBands samples, Helpers helpers) {
        this.frame = frame;
        this.scan = begun.scan;
        this.tables = tables;
        this.reached = begun;
        this.samples = samples;
        this.helpers = helpers;
    }

    /**
     * Decodes the scan and hands over all rows.
     *
     * @return what the data are read from, at their end
     * @throws EOFException if the file has come to its end
     * @throws CodecException never, since the scan has started
     */
    Input decode() throws EOFException, CodecException {
        int together = bandsBetweenMarkers();
        int most = BandGroup.bands(frame, helpers);
        long rounded = Math.ceilDiv(most, together) * (long) together;
        boolean apart = helpers.areThere()
                && tables.restartInterval > 0
                && rounded < frame.bands()
                && rounded * BandGroup.pixelsOfBand(frame) <= MOST_PIXELS;
        int bands = apart ? (int) rounded : most;
        PieceQueue<Group> queue =
                new PieceQueue<>(helpers, BandGroup.count(frame, bands, helpers), () -> new Group(bands));
        queue.fill(() -> readInOrder(queue, bands, apart ? readBetweenMarkers(queue, bands) : 0));
        reached.finish();
        return reached.in;
    }

    private void readInOrder(PieceQueue<Group> queue, int most, int first) throws EOFException, CodecException {
        for (int band = first; band < frame.bands(); band += most) {
            Group group = queue.take();
            group.begin(band, most);
            group.readCodes(reached);
            queue.add(group);
            if (group.end.isPresent()) {
                break;
            }
        }
    }

    /** Returns the first band that does not begin behind a marker that comes in turn. */
    private int readBetweenMarkers(PieceQueue<Group> queue, int most) throws EOFException, CodecException {
        RestartMarkers markers = new RestartMarkers(reached.in);
        byte[] bytes = reached.in.bytes;
        for (int band = 0; band < frame.bands(); band += most) {
            int before = (int) ((long) band * mcusOfBand() / tables.restartInterval);
            int start = markers.behind(before);
            if (start < 0) {
                queue.finish();
                return band;
            }
            EntropyDecoder decoder = reached;
            if (band > 0) {
                decoder = EntropyDecoder.of(frame, new Input(bytes, start));
                decoder.startBehind(before, scan, tables);
            }
            Group group = queue.take();
            group.begin(band, most);
            group.ahead = Optional.of(decoder);
            queue.add(group);
        }
        return frame.bands();
    }

    private int mcusOfBand() {
        Component first = scan.components().getFirst();
        return scan.interleaved() ? frame.mcusAcross() : first.v * first.blocksAcross;
    }

    /** The fewest bands of which a restart marker lies before the first and behind the last. */
    private int bandsBetweenMarkers() {
        int interval = Math.max(tables.restartInterval, 1);
        return interval
                / BigInteger.valueOf(interval)
                        .gcd(BigInteger.valueOf(mcusOfBand()))
                        .intValueExact();
    }

    private final class Group extends BandGroup {
        private final short[][] coefficients;

        /** Bands whose codes are read. */
        private int read;

        /** Why these are not all. */
        private Optional<EOFException> end = Optional.empty();

        /** Begins where the group does, and needs not wait for those before. */
        private Optional<EntropyDecoder> ahead = Optional.empty();

        Group(int most) {
            super(OnlyScan.this.frame, OnlyScan.this.samples.samples(most));
            coefficients = frame.coefficients(most);
        }

        @Override
        void begin(int band, int most) {
            super.begin(band, most);
            read = 0;
            end = Optional.empty();
            ahead = Optional.empty();
        }

        private void readCodes(EntropyDecoder decoder) {
            for (short[] ofComponent : coefficients) {
                Arrays.fill(ofComponent, (short) 0);
            }
            try {
                while (read < bands) {
                    decoder.decodeBand(frame, firstBand + read, coefficients, read);
                    read++;
                }
            } catch (EOFException e) { // thrown when the bands before it are handed over
                end = Optional.of(e);
            }
        }

        @Override
        public void apart() {
            ahead.ifPresent(this::readCodes);
            transform(read);
        }

        @Override
        void transformRow(Component component, int band, int row) {
            samples.transform(
                    component,
                    coefficients[component.index],
                    component.rowOfBlocks((band - firstBand) * component.v + row),
                    band * component.v + row);
        }

        @Override
        public void inTurn() throws EOFException {
            ahead.ifPresent(decoder -> reached = decoder);
            OnlyScan.this.samples.finish(samples, read);
            if (end.isPresent()) {
                throw end.get();
            }
        }
    }
}
