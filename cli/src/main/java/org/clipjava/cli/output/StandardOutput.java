package org.clipjava.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Stdout, whose failures are {@link OutputFailure}s: {@code System.out} would swallow them. */
public final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private final Optional<EscapedOutput> terminal;

    /** Of a file, or of a pipe. */
    public StandardOutput(OutputStream out) {
        this.out = out;
        this.terminal = Optional.empty();
    }

    private StandardOutput(EscapedOutput out) {
        this.out = out;
        this.terminal = Optional.of(out);
    }

    /** Of a terminal: text, of which it obeys nothing. */
    public static StandardOutput ofTerminal(OutputStream out) {
        return new StandardOutput(new EscapedOutput(out));
    }

    boolean isTerminal() {
        return terminal.isPresent();
    }

    /** A file's name, by which a terminal opens it; a name like others where nobody could. */
    public void link(URI file, String text) {
        try {
            if (terminal.isPresent()) {
                terminal.get().link(file.toASCIIString(), text);
            } else {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new OutputFailure(e);
        }
    }

    /** A text in bold letters on a terminal; a text like others where it is none. */
    public void bold(String text) {
        try {
            if (terminal.isPresent()) {
                terminal.get().bold(text);
            } else {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new OutputFailure(e);
        }
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new OutputFailure(e);
        }
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new OutputFailure(e);
        }
    }
}
