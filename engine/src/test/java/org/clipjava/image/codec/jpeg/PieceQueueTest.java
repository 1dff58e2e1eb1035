package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.image.codec.Helpers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class PieceQueueTest {
    private static final int COUNT = 200;

    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final ExecutorService three = Executors.newFixedThreadPool(3);
    private final List<Integer> turns = new ArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private Optional<Throwable> failure = Optional.empty();

    /** Which piece fails, and whether it does when its turn has come. */
    private int failing = -1;

    private boolean inTurn;

    private final class Numbered implements PieceQueue.Piece {
        private int number;
        private int squared;

        @Override
        public void apart() throws EOFException {
            fail(false);
            squared = number * number;
        }

        @Override
        public void inTurn() throws EOFException {
            assertEquals(1, running.incrementAndGet());
            fail(true);
            turns.add(squared);
            running.decrementAndGet();
        }

        private void fail(boolean now) throws EOFException {
            if (number == failing && inTurn == now) {
                switch (failure.orElseThrow()) {
                    case EOFException exception -> throw exception;
                    case RuntimeException exception -> throw exception;
                    case Error error -> throw error;
                    default -> throw new AssertionError();
                }
            }
        }
    }

    private void run(Helpers helpers, int pieces) throws IOException {
        PieceQueue<Numbered> queue = new PieceQueue<>(helpers, pieces, Numbered::new);
        queue.fill(() -> {
            for (int i = 0; i < COUNT; i++) {
                Numbered piece = queue.take();
                piece.number = i;
                queue.add(piece);
            }
        });
    }

    private List<Helpers> all() {
        return List.of(Helpers.NONE, Helpers.of(task -> {}), Helpers.of(one), Helpers.of(three));
    }

    @AfterEach
    void close() {
        one.close();
        three.close();
    }

    @Test
    void everyPieceHasItsTurn() throws IOException {
        List<Integer> expected = IntStream.range(0, COUNT).mapToObj(i -> i * i).toList();
        for (int pieces : new int[] {2, 3, 8}) {
            for (Helpers helpers : all()) {
                turns.clear();
                run(helpers, pieces);
                assertEquals(expected, turns);
            }
        }
    }

    static Stream<Throwable> failures() {
        return Stream.of(new EOFException(), new IllegalStateException(), new OutOfMemoryError("of a test"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatAPieceThrowsEndsItAtItsTurn(Throwable thrown) {
        failure = Optional.of(thrown);
        for (int at : new int[] {0, 1, 77, COUNT - 1}) {
            for (boolean turn : new boolean[] {false, true}) {
                for (Helpers helpers : all()) {
                    failing = at;
                    inTurn = turn;
                    turns.clear();
                    running.set(0);
                    assertSame(thrown, assertThrows(thrown.getClass(), () -> run(helpers, 4)));
                    assertEquals(at, turns.size());
                }
            }
        }
    }

    @Test
    void aPieceDoesNotWaitForOneBefore() throws IOException {
        CountDownLatch second = new CountDownLatch(1);
        PieceQueue<PieceQueue.Piece> queue = new PieceQueue<>(Helpers.of(three), 3, () -> new PieceQueue.Piece() {
            private boolean waits;

            @Override
            public void apart() {
                waits = second.getCount() > 0 && running.getAndIncrement() == 0;
                if (waits) {
                    assertTrue(awaited());
                } else {
                    second.countDown();
                }
            }

            private boolean awaited() {
                try {
                    return second.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    return false;
                }
            }

            @Override
            public void inTurn() {
                turns.add(waits ? 1 : 2);
            }
        });
        queue.fill(() -> {
            queue.add(queue.take());
            queue.add(queue.take());
        });
        assertEquals(List.of(1, 2), turns);
    }

    /** Also where the pool can't start a thread: nothing goes on behind the filler's back. */
    @Test
    void whatTheFillingThrowsEndsIt() throws InterruptedException {
        OutOfMemoryError error = new OutOfMemoryError("of a test");
        for (Helpers helpers : all()) {
            for (int at : new int[] {0, 3, 50}) {
                turns.clear();
                PieceQueue<Numbered> queue = new PieceQueue<>(helpers, 4, Numbered::new);
                Error thrown = assertThrows(
                        OutOfMemoryError.class,
                        () -> queue.fill(() -> {
                            for (int i = 0; i < at; i++) {
                                queue.add(queue.take());
                            }
                            throw error;
                        }));
                assertSame(error, thrown);
                int before = turns.size();
                Thread.sleep(2);
                assertEquals(before, turns.size());
            }
        }
    }

    @Test
    void whatAPieceHasThrownComesFirst() {
        failure = Optional.of(new EOFException());
        failing = 0;
        for (Helpers helpers : all()) {
            PieceQueue<Numbered> queue = new PieceQueue<>(helpers, 4, Numbered::new);
            assertThrows(
                    EOFException.class,
                    () -> queue.fill(() -> {
                        queue.add(queue.take());
                        queue.finish();
                        throw new IllegalStateException();
                    }));
        }
    }

    @Test
    void anInterruptIsKept() throws IOException {
        for (int i = 0; i < 20; i++) {
            Thread.currentThread().interrupt();
            run(Helpers.of(one), 3);
            assertTrue(Thread.interrupted());
        }
        assertFalse(Thread.interrupted());
    }
}
