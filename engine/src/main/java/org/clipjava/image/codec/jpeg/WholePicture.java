package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import java.util.Optional;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.Helpers;

/** All coefficients of a picture that has several scans, each of which adds to them. */
final class WholePicture {
    private final Frame frame;

    final short[][] coefficients;

    WholePicture(Frame frame) {
        this.frame = frame;
        coefficients = frame.coefficients(frame.bands());
    }

    /** Makes rows of them, once all scans are read. Helpers take a part of the bands. */
    void handOver(SampleBands samples, Helpers helpers, int lastGoodBand) throws EOFException, CodecException {
        int most = BandGroup.bands(frame, helpers);
        boolean smooth = frame.progressive() && BlockSmoothing.isUseful(frame);
        PieceQueue<Group> queue = new PieceQueue<>(
                helpers,
                BandGroup.count(frame, most, helpers),
                () -> new Group(
                        samples,
                        most,
                        smooth ? Optional.of(new BlockSmoothing(frame, lastGoodBand)) : Optional.empty()));
        queue.fill(() -> {
            for (int band = 0; band < frame.bands(); band += most) {
                Group group = queue.take();
                group.begin(band, most);
                queue.add(group);
            }
        });
    }

    private final class Group extends BandGroup {
        private final SampleBands all;
        private final Optional<BlockSmoothing> smoothing;
        private final short[] estimated;

        Group(SampleBands all, int most, Optional<BlockSmoothing> smoothing) {
            super(WholePicture.this.frame, all.samples(most));
            this.all = all;
            this.smoothing = smoothing;
            this.estimated = new short[smoothing.isPresent() ? widestRow() : 0];
        }

        private int widestRow() {
            int widest = 0;
            for (Component component : frame.components()) {
                widest = Math.max(widest, component.blocksAcross * Blocks.SIZE);
            }
            return widest;
        }

        @Override
        public void apart() {
            transform(bands);
        }

        @Override
        void transformRow(Component component, int band, int row) {
            short[] ofComponent = coefficients[component.index];
            int rowInPicture = band * component.v + row;
            if (smoothing.isPresent()) {
                smoothing.get().smooth(component, ofComponent, band, row, estimated);
                samples.transform(component, estimated, 0, rowInPicture);
            } else {
                samples.transform(component, ofComponent, component.rowOfBlocks(rowInPicture), rowInPicture);
            }
        }

        @Override
        public void inTurn() {
            all.finish(samples, bands);
        }
    }
}
