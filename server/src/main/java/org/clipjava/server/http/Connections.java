package org.clipjava.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What each connection may take its time for. Those whose request's headers do not come to their end are closed, a byte now and then
 * though they may send: each byte puts off the idle timeout. When the server ends, those without a request are closed within a second, and
 * those whose request is being answered keep the time that they had. To be told when a request begins and ends.
 */
public final class Connections extends AbstractLifeCycle implements Connection.Listener, Graceful {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration IDLE_AT_THE_END = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final Duration headers;
    private final Duration idle;
    private final Map<Connection, State> connections = new ConcurrentHashMap<>();
    private volatile boolean isShutdown;

    /**
     * Where a connection is.
     *
     * @param isBusy a request of its is being answered
     * @param isIdle waits for a request's first byte, which it may do for longer
     * @param since when that began
     * @param bytes that had come by then
     */
    private record State(boolean isBusy, boolean isIdle, long since, long bytes) {}

    /**
     * Of a server.
     *
     * @param headers how long a request's headers may take to come
     * @param idle the server's idle timeout
     */
    public Connections(Scheduler scheduler, Duration headers, Duration idle) {
        this.scheduler = scheduler;
        this.headers = headers;
        this.idle = idle;
    }

    @Override
    protected void doStart() {
        scheduler.schedule(this::look, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData) {
            connections.put(connection, new State(false, false, System.nanoTime(), 0));
            endsSoonIfIdle(connection);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    void begins(Connection connection) {
        connections.computeIfPresent(connection, (same, state) -> new State(true, false, 0, 0));
        mayIdle(connection, idle);
    }

    void ends(Connection connection) {
        connections.computeIfPresent(
                connection, (same, state) -> new State(false, true, System.nanoTime(), connection.getBytesIn()));
        endsSoonIfIdle(connection);
    }

    /** A time that is over already closes the connection at once. */
    private static void mayIdle(Connection connection, Duration time) {
        connection.getEndPoint().setIdleTimeout(time.toMillis());
    }

    private void endsSoonIfIdle(Connection connection) {
        if (isShutdown && !isBusy(connection)) {
            mayIdle(connection, IDLE_AT_THE_END);
            if (isBusy(connection)) { // since then: begins() may have come first
                mayIdle(connection, idle);
            }
        }
    }

    private boolean isBusy(Connection connection) {
        State state = connections.get(connection);
        return state != null && state.isBusy;
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
            if (!state.isBusy && !state.isIdle && now - state.since > headers.toNanos()) {
                connection.getEndPoint().close();
            }
        });
        doStart();
    }

    /** Done at once: the connector waits for its connections. */
    @Override
    public CompletableFuture<Void> shutdown() {
        isShutdown = true;
        connections.keySet().forEach(this::endsSoonIfIdle);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }
}
