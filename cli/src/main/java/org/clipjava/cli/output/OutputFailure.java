package org.clipjava.cli.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** Stdout takes no more; unchecked, so that it can't be taken for a picture that can't be read. */
public final class OutputFailure extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    OutputFailure(IOException cause) {
        super("stdout: " + cause.getMessage(), cause);
    }

    /** Whether the reader has simply gone, as {@code head} does: then there is nothing to complain about. */
    public boolean readerHasGone() {
        // The system's own text, in its language; all of them keep the word, as does Windows.
        return String.valueOf(getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }
}
