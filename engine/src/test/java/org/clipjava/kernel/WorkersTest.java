package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void doEveryPieceOnce(int count) {
        try (ExecutorService executor = Executors.newFixedThreadPool(6);
                Workers workers = new Workers(count, executor)) {
            for (int round = 0; round < 2000; round++) {
                int pieces = round % 37;
                AtomicIntegerArray done = new AtomicIntegerArray(pieces + 1);
                workers.forEach(pieces, (i, scratch) -> done.incrementAndGet(i));
                for (int i = 0; i < pieces; i++) {
                    assertEquals(1, done.get(i), "round " + round + ", piece " + i);
                }
            }
        }
    }

    @Test
    void shareTheWork() {
        try (ExecutorService executor = Executors.newFixedThreadPool(3);
                Workers workers = new Workers(4, executor)) {
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            CountDownLatch all = new CountDownLatch(4);
            workers.forEach(4, (i, scratch) -> {
                threads.add(Thread.currentThread());
                all.countDown();
                await(all); // each of the four pieces holds one thread
            });

            assertEquals(4, threads.size());
        }
    }

    @Test
    void neverShareScratch() {
        try (ExecutorService executor = Executors.newFixedThreadPool(6)) {
            Workers workers = new Workers(7, executor);
            for (int round = 0; round < 300; round++) {
                Set<Scratch> inUse = ConcurrentHashMap.newKeySet();
                workers.forEach(50, (i, scratch) -> {
                    assertTrue(inUse.add(scratch));
                    Thread.onSpinWait();
                    assertTrue(inUse.remove(scratch));
                });
                workers.close(); // the next round has new helpers, while those of this one may still be going home
            }
        }
    }

    /** Such an executor returns when its task has ended, and the task when there is no more work: who waits for whom? */
    @Test
    void goOnAloneWhereTheExecutorWaitsForItsTasks() {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            Workers workers = new Workers(3, task -> {
                try {
                    pool.submit(task).get();
                } catch (InterruptedException | ExecutionException e) {
                    throw new AssertionError(e);
                }
            });
            for (int call = 0; call < 20; call++) {
                AtomicInteger done = new AtomicInteger();
                workers.forEach(100, (i, scratch) -> done.incrementAndGet());
                workers.close();
                assertEquals(100, done.get());
            }
        }
    }

    @Test
    void goOnAloneWhereTheExecutorIsBusy() {
        CountDownLatch release = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            Workers workers = new Workers(3, executor);
            executor.execute(() -> await(release));
            AtomicInteger done = new AtomicInteger();
            workers.forEach(100, (i, scratch) -> done.incrementAndGet());
            workers.close();
            release.countDown();

            assertEquals(100, done.get());
        }
    }

    @Test
    void goOnAloneWhereTheExecutorRefuses() {
        Workers workers = new Workers(3, task -> {
            throw new RejectedExecutionException("full");
        });
        AtomicInteger done = new AtomicInteger();
        workers.forEach(100, (i, scratch) -> done.incrementAndGet());
        workers.close();

        assertEquals(100, done.get());
    }

    @Test
    void goOnAloneWhereTheExecutorRunsItsTasksOnTheCaller() {
        try (Workers workers = new Workers(3, Runnable::run)) {
            AtomicInteger done = new AtomicInteger();
            workers.forEach(100, (i, scratch) -> done.incrementAndGet());

            assertEquals(100, done.get());
        }
    }

    @Test
    void goOnWithTheThreadsThatTheSystemGrants() throws Exception {
        AtomicInteger granted = new AtomicInteger();
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            Workers workers = new Workers(3, task -> {
                if (granted.getAndIncrement() > 0) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                executor.execute(task);
            });
            AtomicInteger done = new AtomicInteger();
            workers.forEach(100, (i, scratch) -> done.incrementAndGet());
            workers.close();

            assertEquals(100, done.get());
            assertEquals("free", executor.submit(() -> "free").get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void sendHelpersHomeThoughTheExecutorFails() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            Workers workers = new Workers(3, task -> {
                if (asked.getAndIncrement() > 0) {
                    throw new IllegalStateException("broken");
                }
                executor.execute(task);
            });
            assertThrows(IllegalStateException.class, () -> workers.forEach(2, (i, scratch) -> {}));
            workers.close();

            assertEquals("free", executor.submit(() -> "free").get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void throwWhatAPieceThrowsAfterAllAreDone() {
        try (ExecutorService executor = Executors.newFixedThreadPool(2);
                Workers workers = new Workers(3, executor)) {
            AtomicInteger done = new AtomicInteger();
            Error failure = new OutOfMemoryError("of a test");
            Error found = assertThrows(
                    OutOfMemoryError.class,
                    () -> workers.forEach(20, (i, scratch) -> {
                        done.incrementAndGet();
                        if (i == 7) {
                            throw failure;
                        }
                    }));

            assertSame(failure, found);
            assertEquals(20, done.get());
        }
    }

    @Test
    void wakeHelpersThatParked() throws InterruptedException {
        try (ExecutorService executor = Executors.newFixedThreadPool(1);
                Workers workers = new Workers(2, executor)) {
            for (int round = 0; round < 5; round++) {
                Set<Thread> threads = ConcurrentHashMap.newKeySet();
                CountDownLatch both = new CountDownLatch(2);
                workers.forEach(2, (i, scratch) -> {
                    threads.add(Thread.currentThread());
                    both.countDown();
                    await(both);
                });
                assertEquals(2, threads.size());
                Thread.sleep(20); // far longer than a helper spins
            }
        }
    }

    @Test
    void leaveTheExecutorFreeOnceClosed() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            Workers workers = new Workers(2, executor);
            workers.forEach(10, (i, scratch) -> Thread.onSpinWait());
            workers.close();

            assertEquals("free", executor.submit(() -> "free").get(10, TimeUnit.SECONDS));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS), "the others did not come");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
