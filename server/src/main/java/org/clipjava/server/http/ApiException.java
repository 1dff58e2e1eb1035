package org.clipjava.server.http;

import java.time.Duration;
import java.util.Optional;

/** Ends a request: its status, and what the body says in the shape of the API that was asked. Thread-safe. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Optional<String> parameter;
    private final transient Optional<Duration> retryAfter;

    private ApiException(
            int status, String code, String message, Optional<String> parameter, Optional<Duration> retryAfter) {
        super(message);
        this.status = status;
        this.code = code;
        this.parameter = parameter;
        this.retryAfter = retryAfter;
    }

    /** An error of this status; the code is for programs, the message for people. */
    public static ApiException of(int status, String code, String message) {
        return new ApiException(status, code, message, Optional.empty(), Optional.empty());
    }

    /** The caller's mistake: 400. */
    public static ApiException invalid(String parameter, String message) {
        return new ApiException(400, "invalid_value", message, Optional.of(parameter), Optional.empty());
    }

    /** More than a limit allows: 413. */
    public static ApiException tooLarge(String message) {
        return of(413, "too_large", message);
    }

    /** There is too much to do: 429, to be tried again. */
    public static ApiException overloaded(String message, Duration retryAfter) {
        return new ApiException(429, "overloaded", message, Optional.empty(), Optional.of(retryAfter));
    }

    /** Not now: 503, to be tried again. */
    public static ApiException unavailable(String message, Duration retryAfter) {
        return new ApiException(503, "unavailable", message, Optional.empty(), Optional.of(retryAfter));
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** For programs, as {@code model_not_found}. */
    public String code() {
        return code;
    }

    /** One line for people. */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** The request's member that it is about. */
    public Optional<String> parameter() {
        return parameter;
    }

    /** When to try again. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
