package org.clipjava.server.http;

/**
 * A method on a path, and who answers it.
 *
 * @param path as {@code /v1/models}; one that ends in {@code /*} takes every path below it, which {@link Exchange#rest} tells
 * @param shape how errors look
 * @param isOpen whether it is answered without a key
 */
public record Route(String method, String path, ErrorShape shape, boolean isOpen, Handling handling) {
    /** Answers a request, on a virtual thread of its own. */
    public interface Handling {
        Answer answer(Exchange exchange);
    }

    /** A route that wants the key, if there is one. */
    public static Route post(String path, ErrorShape shape, Handling handling) {
        return new Route("POST", path, shape, false, handling);
    }

    /** A route that wants the key, if there is one. */
    public static Route get(String path, ErrorShape shape, Handling handling) {
        return new Route("GET", path, shape, false, handling);
    }

    /** The same without a key. */
    public Route open() {
        return new Route(method, path, shape, true, handling);
    }

    boolean takesAllBelow() {
        return path.endsWith("/*");
    }
}
