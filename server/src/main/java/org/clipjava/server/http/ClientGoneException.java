package org.clipjava.server.http;

/** Nobody waits for the answer any more. Thread-safe. */
public final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClientGoneException() {
        super("the client has left");
    }
}
