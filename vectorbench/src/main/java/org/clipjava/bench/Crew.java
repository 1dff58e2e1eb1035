package org.clipjava.bench;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.clipjava.kernel.Workers;

/** Workers with threads of their own, until closed. */
final class Crew implements AutoCloseable {
    private final ExecutorService executor;
    private final Workers workers;

    Crew(int threads) {
        this.executor = Executors.newFixedThreadPool(Math.max(1, threads - 1));
        this.workers = new Workers(threads, executor);
    }

    Workers workers() {
        return workers;
    }

    @Override
    public void close() {
        workers.close();
        executor.close();
    }
}
