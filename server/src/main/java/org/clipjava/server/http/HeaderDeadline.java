package org.clipjava.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections whose request's headers do not come to their end, a byte now and then though they may: each byte puts off the idle
 * timeout. To be told when a request begins and ends.
 */
public final class HeaderDeadline extends AbstractLifeCycle implements Connection.Listener {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final Duration allowed;
    private final Map<Connection, State> connections = new ConcurrentHashMap<>();

    /**
     * Where a connection is.
     *
     * @param isBusy a request of its is being answered
     * @param isIdle waits for a request's first byte, which it may do for longer
     * @param since when that began
     * @param bytes that had come by then
     */
    private record State(boolean isBusy, boolean isIdle, long since, long bytes) {}

    public HeaderDeadline(Scheduler scheduler, Duration allowed) {
        this.scheduler = scheduler;
        this.allowed = allowed;
    }

    @Override
    protected void doStart() {
        scheduler.schedule(this::look, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData) {
            connections.put(connection, new State(false, false, System.nanoTime(), 0));
        }
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    void begins(Connection connection) {
        connections.computeIfPresent(connection, (same, state) -> new State(true, false, 0, 0));
    }

    void ends(Connection connection) {
        connections.computeIfPresent(
                connection, (same, state) -> new State(false, true, System.nanoTime(), connection.getBytesIn()));
    }

    private void look() {
        if (!isRunning()) {
            return;
        }
        long now = System.nanoTime();
        connections.replaceAll((connection, state) -> state.isIdle && connection.getBytesIn() > state.bytes
                ? new State(false, false, now, 0) // another request has begun to come
                : state);
        connections.forEach((connection, state) -> {
            if (!state.isBusy && !state.isIdle && now - state.since > allowed.toNanos()) {
                connection.getEndPoint().close();
            }
        });
        doStart();
    }
}
