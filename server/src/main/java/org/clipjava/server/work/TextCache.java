package org.clipjava.server.work;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.clipjava.Embedding;
import org.clipjava.server.metrics.Metrics;
import org.clipjava.text.TokenSequence;

/** Texts that were encoded lately, or are about to be; the one used longest ago makes room for a new one. Thread-safe. */
final class TextCache {
    private final Map<Key, Job<Embedding>> jobs = new LinkedHashMap<>(16, 0.75f, true);
    private final int capacity;
    private final Metrics metrics;

    private record Key(String model, TokenSequence tokens) {}

    TextCache(int capacity, Metrics metrics) {
        this.capacity = capacity;
        this.metrics = metrics;
    }

    /** The job of this text, which the caller has joined; begun by the supplier if there is none. */
    Job<Embedding> get(String model, TokenSequence tokens, Supplier<Job<Embedding>> begin) {
        Key key = new Key(model, tokens);
        synchronized (jobs) {
            Optional<Job<Embedding>> known = Optional.ofNullable(jobs.get(key)).filter(Job::join);
            metrics.textLookedUp(known.isPresent());
            if (known.isPresent()) {
                return known.get();
            }
            Job<Embedding> job = begin.get();
            jobs.put(key, job);
            if (jobs.size() > capacity) {
                jobs.remove(jobs.keySet().iterator().next());
            }
            return job;
        }
    }
}
