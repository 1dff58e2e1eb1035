package org.clipjava.cli.output;

import java.io.IOException;
import java.io.OutputStream;

/** Stdout, whose failures are {@link OutputFailure}s: {@code System.out} would swallow them. */
public final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private final boolean terminal;

    /** Of a file, or of a pipe. */
    public StandardOutput(OutputStream out) {
        this.out = out;
        this.terminal = false;
    }

    private StandardOutput(EscapedOutput out) {
        this.out = out;
        this.terminal = true;
    }

    /** Of a terminal: text, of which it obeys nothing. */
    public static StandardOutput ofTerminal(OutputStream out) {
        return new StandardOutput(new EscapedOutput(out));
    }

    boolean isTerminal() {
        return terminal;
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
