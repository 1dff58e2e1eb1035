package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.clipjava.cli.output.StandardOutput;
import org.clipjava.cli.output.Terminal;

/** A terminal whose streams are kept. */
public final class Streams {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal;

    public Streams(String stdin) {
        this(stdin.getBytes(UTF_8), false);
    }

    public Streams(byte[] stdin, boolean showsProgress) {
        terminal = new Terminal(
                new ByteArrayInputStream(stdin),
                new StandardOutput(out),
                new PrintStream(err, true, UTF_8),
                showsProgress);
    }

    public Terminal terminal() {
        return terminal;
    }

    public String out() {
        return out.toString(UTF_8);
    }

    public String err() {
        return err.toString(UTF_8);
    }
}
