package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** A terminal whose streams are kept. */
final class Streams {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal;

    Streams(String stdin) {
        this(stdin.getBytes(UTF_8), false);
    }

    Streams(byte[] stdin, boolean showsProgress) {
        terminal = new Terminal(
                new ByteArrayInputStream(stdin),
                new StandardOutput(out),
                new PrintStream(err, true, UTF_8),
                showsProgress);
    }

    Terminal terminal() {
        return terminal;
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }
}
