package org.clipjava.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.clipjava.hub.Transport.Answer;
import org.clipjava.hub.Transport.UnreachableException;

/** Counts attempts at one thing, and waits between them. */
final class Attempts {
    private final String what;
    private final HubSettings.Patience patience;
    private final DownloadListener listener;
    private int failed;

    Attempts(String what, HubSettings.Patience patience, DownloadListener listener) {
        this.what = what;
        this.patience = patience;
        this.listener = listener;
    }

    /** The last attempt brought something: those before it do not count. */
    void progressed() {
        failed = 0;
    }

    /** Whether an answer of this status may be another one in a while. */
    static boolean worthAnother(int status) {
        return status == 429 || status == 408 || status >= 500;
    }

    /** Waits before the next attempt, or gives up: nobody answered, or not to the end. */
    void again(IOException failure) throws IOException {
        failed++;
        boolean interrupted = failure instanceof InterruptedIOException
                && Thread.currentThread().isInterrupted();
        if (failure instanceof HubException || interrupted) {
            throw failure;
        }
        if (failure instanceof UnreachableException || failed >= patience.attempts()) {
            throw new HubException(
                    HubException.Kind.NETWORK,
                    what + ": " + failure.getMessage()
                            + (failed > 1 ? ", in " + failed + " attempts" : "")
                            + "; pull again: what is here already is kept",
                    failure);
        }
        pause(backoff(), String.valueOf(failure.getMessage()));
    }

    /** Waits as the hub asks, or gives up: it answers, with an error that may pass. */
    void again(Answer answer) throws IOException {
        failed++;
        boolean limited = answer.status() == 429;
        Optional<Duration> asked = retryAfter(answer);
        boolean tooLong = asked.isPresent() && asked.get().compareTo(patience.longestPause()) > 0;
        if (tooLong || failed >= patience.attempts()) {
            throw new HubException(
                    limited ? HubException.Kind.RATE_LIMITED : HubException.Kind.SERVER,
                    what + ": "
                            + (limited
                                    ? "too many requests (429)"
                                    : "the hub has a fault of its own (" + answer.status() + ")")
                            + asked.map(pause -> ", it says to wait " + Seconds.of(pause))
                                    .orElse("")
                            + "; pull again later: what is here already is kept"
                            + (limited ? ", and a token (HF_TOKEN) allows more" : ""));
        }
        pause(asked.orElseGet(this::backoff), "status " + answer.status());
    }

    private Duration backoff() {
        return patience.pause().multipliedBy(1L << Math.min(failed - 1, 5));
    }

    private void pause(Duration length, String reason) throws InterruptedIOException {
        listener.waiting(what + ": " + reason + "; again in " + Seconds.of(length));
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    /** Seconds or a date. */
    private static Optional<Duration> retryAfter(Answer answer) {
        Optional<String> header = answer.header("Retry-After").map(String::strip);
        if (header.isEmpty()) {
            return Optional.empty();
        }
        if (header.get().matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
        }
        try {
            Instant until = ZonedDateTime.parse(header.get(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration left = Duration.between(Instant.now(), until);
            return Optional.of(left.isNegative() ? Duration.ZERO : left);
        } catch (DateTimeParseException e) {
            System.getLogger(Attempts.class.getName())
                    .log(System.Logger.Level.DEBUG, "Retry-After that is neither seconds nor a date", e);
            return Optional.empty();
        }
    }
}
