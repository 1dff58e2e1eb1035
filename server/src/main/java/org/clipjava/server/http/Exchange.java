package org.clipjava.server.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/** A request that is being answered; for its own thread alone. */
public final class Exchange implements AutoCloseable {
    private static final int PEEKED = 1024;
    private static final int TOO_SLOW = 408;

    private final Request request;
    private final Bodies bodies;
    private final String rest;
    private Optional<Bodies.Body> body = Optional.empty();
    private Optional<String> model = Optional.empty();
    private int inputs;
    private boolean hasFailed;
    private boolean hasMore;

    Exchange(Request request, Bodies bodies, String rest) {
        this.request = request;
        this.bodies = bodies;
        this.rest = rest;
    }

    /** What is behind the path of a route that takes all below it; else empty. */
    public String rest() {
        return rest;
    }

    /** A header's value. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    HttpFields headers() {
        return request.getHeaders();
    }

    /** Method, path and query, as they came. */
    public String method() {
        return request.getMethod();
    }

    public String pathAndQuery() {
        return request.getHttpURI().getPathQuery();
    }

    /** The body, read when it is first asked for. */
    public byte[] body() {
        if (body.isEmpty()) {
            long length = request.getLength();
            try {
                body = Optional.of(bodies.read(Content.Source.asInputStream(request), length));
            } catch (ApiException e) {
                hasFailed = e.status() == TOO_SLOW; // what is too large is still read, so that the client sees why
                throw e;
            } catch (IOException e) {
                hasFailed = true;
                throw failedWhileReading(e);
            }
            request.addIdleTimeoutListener(timeout -> false); // the client waits, and so do we
        }
        return body.get().bytes();
    }

    private static RuntimeException failedWhileReading(IOException e) {
        if (e instanceof EOFException || e.getCause() instanceof EOFException) {
            return new ClientGoneException();
        }
        return ApiException.of(408, "incomplete_body", "the body ended early, or did not come in time");
    }

    public JsonBody json() {
        return JsonBody.parse(body());
    }

    /** Notes for the log what the request is about. */
    public void note(String modelName, int inputCount) {
        model = Optional.of(modelName);
        inputs += inputCount;
    }

    Optional<String> model() {
        return model;
    }

    int inputs() {
        return inputs;
    }

    /**
     * Whether nobody waits for the answer any more. To be asked when the body has been read to its end: what comes behind it is
     * another request, and is given back to the connection.
     */
    public boolean clientHasLeft() {
        Connection connection = request.getConnectionMetaData().getConnection();
        EndPoint endPoint = connection.getEndPoint();
        if (!endPoint.isOpen() || endPoint.isInputShutdown()) {
            return true;
        }
        if (hasMore || !(connection instanceof Connection.UpgradeTo receiver)) {
            return false;
        }
        ByteBuffer peeked = ByteBuffer.allocate(PEEKED).limit(0);
        try {
            int n = endPoint.fill(peeked);
            if (n > 0) {
                hasMore = true;
                receiver.onUpgradeTo(peeked);
            }
            return n < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** Reads on what was not read, so that the client gets to read the answer. */
    void drain() throws IOException {
        boolean waitsForLeave = request.getHeaders().contains(HttpHeader.EXPECT);
        if (body.isEmpty() && !waitsForLeave && request.getLength() != 0) {
            try (InputStream in = Content.Source.asInputStream(request)) {
                bodies.drain(in);
            }
        }
    }

    boolean hasFailed() {
        return hasFailed;
    }

    @Override
    public void close() {
        body.ifPresent(Bodies.Body::close);
        body = Optional.empty();
    }
}
