package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.Helpers;

/**
 * Pieces of work in a row: a part of each, any thread does at any time, and the rest one thread after the other, in their order. Who
 * fills the pieces does what nobody has begun while it waits, so that helpers which never come cost nothing but time.
 *
 * <p>What a piece throws ends the work when its turn comes, and is thrown to who fills them, which is one thread.
 */
final class PieceQueue<P extends PieceQueue.Piece> {
    /** A piece of work, which is used again and again. */
    interface Piece {
        /** The part that any thread does, whatever has become of other pieces. */
        void apart() throws EOFException;

        /** What is done after all pieces before. */
        void inTurn() throws EOFException;
    }

    private enum State {
        WAITING,
        TAKEN,
        DONE
    }

    /** In the row. Guarded by the queue. */
    private static final class Place<P> {
        private final P piece;
        private State state = State.WAITING;
        private Optional<Throwable> thrown = Optional.empty();

        Place(P piece) {
            this.piece = piece;
        }
    }

    /** Takes pieces and adds them. */
    interface Filling {
        void run() throws EOFException, CodecException;
    }

    private interface Condition {
        boolean isMet();
    }

    private final Helpers helpers;

    // What follows is guarded by this.
    private final Queue<Place<P>> places = new ArrayDeque<>();
    private final ArrayDeque<P> free = new ArrayDeque<>();

    /** Whose turn was last: the next one may still look at it. */
    private Optional<P> last = Optional.empty();

    private boolean turning;
    private int taken;
    private Optional<Throwable> failure = Optional.empty();

    /** @param count of pieces at a time, two at least */
    PieceQueue(Helpers helpers, int count, Supplier<P> maker) {
        this.helpers = helpers;
        for (int i = 0; i < count; i++) {
            free.add(maker.get());
        }
    }

    /**
     * Has pieces filled, and returns when all had their turn and no helper is at any. What the filling throws ends the work, unless a piece
     * before has thrown.
     */
    void fill(Filling filling) throws EOFException, CodecException {
        try {
            filling.run();
            finish();
        } catch (Throwable e) {
            synchronized (this) {
                if (failure.isEmpty()) {
                    failure = Optional.of(e);
                }
            }
            await(() -> false);
        }
    }

    /** Waits for a piece that may be filled, and given to {@link #add}. Only while {@link #fill} has them filled. */
    P take() throws EOFException, CodecException {
        await(() -> !free.isEmpty());
        synchronized (this) {
            return free.pop();
        }
    }

    void add(P piece) {
        synchronized (this) {
            places.add(new Place<>(piece));
        }
        helpers.execute(this::work);
    }

    /** Waits until all pieces had their turn. */
    void finish() throws EOFException, CodecException {
        await(places::isEmpty);
    }

    /** Does one piece's part, and all turns that have come. */
    private void work() {
        Optional<Place<P>> place = takeWaiting();
        if (place.isPresent()) {
            Optional<Throwable> thrown = caught(place.get().piece::apart);
            synchronized (this) {
                place.get().thrown = thrown;
                place.get().state = State.DONE;
                taken--;
                notifyAll();
            }
        }
        while (nextTurn()) {}
    }

    private synchronized Optional<Place<P>> takeWaiting() {
        if (failure.isPresent()) {
            return Optional.empty();
        }
        for (Place<P> place : places) {
            if (place.state == State.WAITING) {
                place.state = State.TAKEN;
                taken++;
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }

    /** Returns false if it is nobody's turn, or another thread sees to it. */
    private boolean nextTurn() {
        P piece;
        Optional<Throwable> thrown;
        synchronized (this) {
            Place<P> place = places.peek();
            if (turning || failure.isPresent() || place == null || place.state != State.DONE) {
                return false;
            }
            turning = true;
            piece = place.piece;
            thrown = place.thrown;
        }
        if (thrown.isEmpty()) {
            thrown = caught(piece::inTurn);
        }
        synchronized (this) {
            turning = false;
            if (thrown.isPresent()) {
                failure = thrown; // and what the filling has thrown meanwhile comes later
            }
            places.remove();
            last.ifPresent(free::push);
            last = Optional.of(piece);
            notifyAll();
        }
        return true;
    }

    private interface Part {
        void run() throws EOFException;
    }

    private static Optional<Throwable> caught(Part part) {
        try {
            part.run();
            return Optional.empty();
        } catch (Throwable e) { // it goes to who fills the pieces
            return Optional.of(e);
        }
    }

    /** Does what there is to do meanwhile. Throws what a piece has thrown. */
    private void await(Condition condition) throws EOFException, CodecException {
        boolean interrupted = false;
        while (true) {
            synchronized (this) {
                if (isOver(condition)) {
                    break;
                }
            }
            if (helpers.runOne()) {
                continue;
            }
            synchronized (this) {
                if (!isOver(condition)) {
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
                    case EOFException exception -> throw exception;
                    case CodecException exception -> throw exception;
                    default -> throw new IllegalStateException(failure.get());
                }
            }
        }
    }

    private boolean isOver(Condition condition) {
        return failure.isPresent() ? taken == 0 && !turning : condition.isMet();
    }
}
