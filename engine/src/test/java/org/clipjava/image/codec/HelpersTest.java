package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HelpersTest {
    @Test
    void areNoneIfTheExecutorRunsThingsOnTheCallersThreadOrTakesNothing() {
        assertSame(Helpers.NONE, Helpers.of(Runnable::run));
        assertSame(Helpers.NONE, Helpers.of(task -> {
            throw new RejectedExecutionException();
        }));
        assertFalse(Helpers.NONE.areThere());
    }

    @Test
    void doAtOnceWithoutThreadsWhatIsGiven() {
        List<String> done = new ArrayList<>();
        Helpers.NONE.execute(() -> done.add("a"));
        assertEquals(List.of("a"), done);
        assertFalse(Helpers.NONE.runOne());
    }

    @Test
    void doWithoutThreadsNothingOfAnotherPicture() throws InterruptedException {
        AtomicInteger elsewhere = new AtomicInteger();
        List<Thread> pictures = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            pictures.add(Thread.ofPlatform().start(() -> {
                Thread own = Thread.currentThread();
                for (int k = 0; k < 100_000; k++) {
                    Helpers.NONE.execute(() -> elsewhere.addAndGet(Thread.currentThread() == own ? 0 : 1));
                }
            }));
        }
        for (Thread picture : pictures) {
            picture.join();
        }
        assertEquals(0, elsewhere.get());
    }

    @Test
    void leaveToTheCallerWhatNobodyHasBegun() {
        List<Runnable> later = new ArrayList<>();
        List<String> done = new ArrayList<>();
        Helpers helpers = Helpers.of(later::add);
        assertTrue(helpers.areThere());
        helpers.execute(() -> done.add("a"));
        helpers.execute(() -> done.add("b"));
        assertTrue(helpers.runOne());
        assertEquals(List.of("a"), done);
        later.forEach(Runnable::run); // one of them finds nothing left
        assertEquals(List.of("a", "b"), done);
        assertFalse(helpers.runOne());
    }

    @Test
    void keepWhatARefusingExecutorDoesNotTake() {
        List<Runnable> taken = new ArrayList<>();
        List<String> done = new ArrayList<>();
        Helpers helpers = Helpers.of(task -> {
            if (!taken.isEmpty()) {
                throw new RejectedExecutionException();
            }
            taken.add(task);
        });
        helpers.execute(() -> done.add("a"));
        assertTrue(helpers.runOne());
        assertEquals(List.of("a"), done);
    }
}
