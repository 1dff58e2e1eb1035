package org.clipjava.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers all requests: looks who asks and for what, and has the route answer. */
public final class ApiHandler extends Handler.Abstract {
    private static final System.Logger LOGGER = System.getLogger(ApiHandler.class.getName());

    /** What proxies write of a client that left; nobody receives it. */
    private static final int CLIENT_GONE = 499;

    private final Routes routes;
    private final Guard guard;
    private final Bodies bodies;
    private final Connections connections;
    private final Listener listener;

    /**
     * A request and how it ended.
     *
     * @param route the route's path, or {@code none}
     * @param path without the query, which may hold what is no one's business
     * @param status 499 where the client did not take the whole answer
     * @param sent bytes of the answer's body
     */
    public record Done(
            String client,
            String method,
            String route,
            String path,
            int status,
            long received,
            long sent,
            Duration duration,
            Optional<String> model,
            int inputs,
            Optional<String> agent) {}

    /** Hears of every request when it has been answered. */
    public interface Listener {
        void done(Done request);
    }

    public ApiHandler(Routes routes, Guard guard, Bodies bodies, Connections connections, Listener listener) {
        this.routes = routes;
        this.guard = guard;
        this.bodies = bodies;
        this.connections = connections;
        this.listener = listener;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Connection connection = request.getConnectionMetaData().getConnection();
        connections.begins(connection);
        Request.addCompletionListener(request, failure -> connections.ends(connection));
        String path = Request.getPathInContext(request);
        String route = "none";
        Answer answer;
        Exchange exchange = new Exchange(request, bodies, "");
        try {
            guard.checkHost(request.getHeaders());
            Optional<String> origin = guard.checkOrigin(request.getHeaders());
            if (request.getMethod().equals("OPTIONS")) {
                answer = preflight();
            } else {
                Routes.Found found = routes.find(request.getMethod(), path);
                route = found.route().path();
                exchange = new Exchange(request, bodies, found.rest());
                answer = answer(found.route(), exchange);
            }
            if (origin.isPresent()) {
                answer = shownTo(origin.get(), answer);
            }
        } catch (ApiException e) {
            answer = routes.shape(path).answer(e);
        }
        finish(new Finish(request, response, callback, exchange, route, path), answer);
        return true;
    }

    private Answer answer(Route route, Exchange exchange) {
        try {
            if (!route.isOpen()) {
                guard.checkKey(exchange.headers());
            }
            return route.handling().answer(exchange);
        } catch (ApiException e) {
            return route.shape().answer(e);
        } catch (ClientGoneException e) {
            return Answer.text(CLIENT_GONE, "");
        } catch (OutOfMemoryError e) {
            LOGGER.log(System.Logger.Level.WARNING, "out of memory on " + route.path(), e);
            return route.shape()
                    .answer(ApiException.unavailable(
                            "too little memory for this request; send less at a time", Duration.ofSeconds(1)));
        } catch (RuntimeException | StackOverflowError e) {
            LOGGER.log(System.Logger.Level.ERROR, "internal error on " + route.path(), e);
            return route.shape()
                    .answer(ApiException.of(500, "internal_error", "internal error; the server's log says more"));
        }
    }

    private static Answer preflight() {
        return Answer.of(204, "text/plain", new byte[0])
                .with("access-control-allow-methods", "GET, POST")
                .with("access-control-allow-headers", "authorization, content-type, x-api-key")
                .with("access-control-max-age", "600");
    }

    private static Answer shownTo(String origin, Answer answer) {
        return answer.with("access-control-allow-origin", origin)
                .with("access-control-expose-headers", "retry-after, x-truncated-inputs")
                .with("vary", "origin");
    }

    private record Finish(
            Request request, Response response, Callback callback, Exchange exchange, String route, String path) {}

    private void finish(Finish finish, Answer answer) {
        Callback whenDone = new Callback.Nested(finish.callback()) {
            @Override
            public void succeeded() {
                super.succeeded();
                listener.done(done(finish, answer.status()));
            }

            @Override
            public void failed(Throwable x) {
                super.failed(x);
                listener.done(done(finish, CLIENT_GONE));
            }
        };
        try (Exchange exchange = finish.exchange()) {
            if (answer.status() == CLIENT_GONE) {
                whenDone.failed(new EofException("the client has left")); // which Jetty does not log
                return;
            }
            if (answer.status() >= 400 && !exchange.hasFailed()) {
                exchange.drain();
            }
        } catch (IOException e) {
            whenDone.failed(e);
            return;
        }
        Response response = finish.response();
        response.setStatus(answer.status());
        if (answer.status() != 204) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length());
        }
        response.getHeaders().put("x-content-type-options", "nosniff");
        for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            response.getHeaders().put(header.getKey(), header.getValue());
        }
        if (answer.streamed().isPresent()) {
            send(answer.streamed().get(), response, whenDone);
        } else {
            response.write(true, ByteBuffer.wrap(answer.body()), whenDone);
        }
    }

    private static void send(Answer.Streamed streamed, Response response, Callback whenDone) {
        try (InputStream in = streamed.in();
                OutputStream out = Content.Sink.asOutputStream(response)) {
            in.transferTo(out);
        } catch (IOException e) {
            whenDone.failed(e); // the client has left, or what is read is not as long any more
            return;
        }
        whenDone.succeeded();
    }

    private static Done done(Finish finish, int status) {
        Request request = finish.request();
        return new Done(
                Request.getRemoteAddr(request),
                request.getMethod(),
                finish.route(),
                finish.path(),
                status,
                Request.getContentBytesRead(request),
                Response.getContentBytesWritten(finish.response()),
                Duration.ofNanos(System.nanoTime() - request.getHeadersNanoTime()),
                finish.exchange().model(),
                finish.exchange().inputs(),
                Optional.ofNullable(request.getHeaders().get(HttpHeader.USER_AGENT)));
    }
}
