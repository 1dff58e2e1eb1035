package org.clipjava.server.api;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.clipjava.index.Duplicates;
import org.clipjava.index.PictureIndex;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ClientGoneException;
import org.clipjava.server.http.Exchange;

/** Looks for duplicates, which takes a while where there are many pictures: once for each state of the index. Thread-safe. */
final class DuplicateSearch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final long LOOK_AFTER_CLIENT_MILLISECONDS = 100;

    private final PictureIndex index;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("clip-server-duplicates").daemon().factory());
    private final Map<Boolean, Search> searches = new HashMap<>();

    private record Search(long version, Future<List<Duplicates.Group>> groups) {}

    DuplicateSearch(PictureIndex index) {
        this.index = index;
    }

    /**
     * The groups.
     *
     * @throws ApiException 503 if they are being looked for still
     */
    List<Duplicates.Group> groups(Exchange exchange, boolean scenes) throws IOException {
        Future<List<Duplicates.Group>> groups = search(scenes);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            try {
                return groups.get(LOOK_AFTER_CLIENT_MILLISECONDS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (exchange.clientHasLeft()) {
                    throw new ClientGoneException();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("looking for duplicates failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ApiException.unavailable("the server is being stopped", AGAIN);
            }
        }
        throw ApiException.unavailable("the pictures are being compared; ask again", AGAIN);
    }

    private synchronized Future<List<Duplicates.Group>> search(boolean scenes) throws IOException {
        long version = index.version();
        Search known = searches.get(scenes);
        if (known != null && (known.version == version || !known.groups.isDone())) {
            return known.groups;
        }
        Duplicates wanted = Duplicates.of(index).withScenes(scenes);
        Future<List<Duplicates.Group>> groups = executor.submit(wanted::find);
        searches.put(scenes, new Search(version, groups));
        return groups;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
