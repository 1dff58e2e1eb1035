package org.clipjava.image.codec.jpeg;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.clipjava.image.codec.Helpers;

/**
 * Bands of coefficients on their way from the entropy decoder to the samples, in order: a helper, if there is one, transforms some while
 * the next are being decoded. A few groups of bands exist at a time, and without helpers one.
 *
 * <p>What the transform throws is thrown to the decoder as if that had called it, though later. To be used by one thread.
 */
final class BandQueue {
    /** Groups that a decoder may be ahead, when the picture has parts that are quick. */
    private static final int GROUPS = 4;

    /** A group has about so many pixels: handing over takes some microseconds, and this some hundred. */
    private static final int PIXELS_OF_GROUP = 1 << 16;

    /** What becomes of a band. */
    interface Sink {
        /**
         * Takes the next band.
         *
         * @param coefficients of each component of the frame, [bands, rows of blocks in a band, {@link Component#paddedAcross}, 64]
         * @param stored where the band is in them, in bands
         */
        void band(int band, short[][] coefficients, int stored);
    }

    private final Helpers helpers;
    private final Sink sink;
    private final List<Component> components;
    private final int bandsOfGroup;
    private Group filling;

    // What follows is guarded by this.
    private final Queue<Group> full = new ArrayDeque<>();
    private final ArrayDeque<Group> empty = new ArrayDeque<>();
    private boolean draining;
    private Optional<Throwable> failure = Optional.empty();

    /** Coefficients of {@code bands} bands from {@code first} on. */
    private static final class Group {
        private final short[][] coefficients;
        private int first;
        private int bands;

        Group(List<Component> components, int most) {
            coefficients = new short[components.size()][];
            for (Component component : components) {
                coefficients[component.index] = new short[component.rowOfBlocks(most * component.v)];
            }
        }
    }

    BandQueue(Frame frame, Helpers helpers, Sink sink) {
        this.helpers = helpers;
        this.sink = sink;
        this.components = frame.components();
        int pixels = frame.width() * frame.mostV() * Blocks.SIDE;
        bandsOfGroup = helpers.areThere() ? Math.clamp(PIXELS_OF_GROUP / pixels, 1, frame.bands()) : 1;
        filling = new Group(components, bandsOfGroup);
        for (int i = 1; i < GROUPS && helpers.areThere(); i++) {
            empty.push(new Group(components, bandsOfGroup));
        }
        clear();
    }

    /** The band of the group that is filled next, which has zeros. */
    int stored() {
        return filling.bands;
    }

    private void clear() {
        for (Component component : components) {
            short[] coefficients = filling.coefficients[component.index];
            Arrays.fill(coefficients, (short) 0);
            component.coefficients = coefficients;
        }
    }

    /** The band at {@link #stored} is decoded. */
    void decoded(int band) {
        if (filling.bands == 0) {
            filling.first = band;
        }
        filling.bands++;
        if (filling.bands == bandsOfGroup) {
            handOver();
            filling = takeEmpty();
            clear();
        }
    }

    private void handOver() {
        synchronized (this) {
            full.add(filling);
            if (draining) {
                return;
            }
            draining = true;
        }
        helpers.execute(this::drain);
    }

    /** Transforms what is there. One thread at a time does. */
    private void drain() {
        while (true) {
            Group group;
            synchronized (this) {
                group = failure.isPresent() ? null : full.poll();
                if (group == null) {
                    full.clear();
                    draining = false;
                    notifyAll();
                    return;
                }
            }
            Optional<Throwable> thrown = Optional.empty();
            try {
                for (int i = 0; i < group.bands; i++) {
                    sink.band(group.first + i, group.coefficients, i);
                }
            } catch (Throwable e) { // it goes to the decoder
                thrown = Optional.of(e);
            }
            synchronized (this) {
                group.bands = 0;
                empty.push(group);
                if (thrown.isPresent()) {
                    failure = thrown;
                }
                notifyAll();
            }
        }
    }

    private interface Condition {
        boolean isMet();
    }

    private Group takeEmpty() {
        await(() -> !empty.isEmpty());
        synchronized (this) {
            return empty.pop();
        }
    }

    /** Hands over what is left, and waits until all is transformed. */
    void finish() {
        if (filling.bands > 0) {
            handOver();
        }
        drained();
    }

    /** Waits until all that was handed over is transformed. */
    void drained() {
        await(() -> !draining);
    }

    /** Does what there is to do meanwhile. Throws what the transform has thrown. */
    private void await(Condition condition) {
        boolean interrupted = false;
        while (true) {
            synchronized (this) {
                if (condition.isMet() || (failure.isPresent() && !draining)) {
                    break;
                }
            }
            if (helpers.runOne()) {
                continue;
            }
            synchronized (this) {
                if (!condition.isMet() && draining) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        interrupted = true; // it ends soon
                    }
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (failure.isPresent()) {
                switch (failure.get()) {
                    case Error error -> throw error;
                    case RuntimeException exception -> throw exception;
                    default -> throw new IllegalStateException(failure.get());
                }
            }
        }
    }
}
