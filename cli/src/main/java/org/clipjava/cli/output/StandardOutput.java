package org.clipjava.cli.output;

import java.io.IOException;
import java.io.OutputStream;

/** Stdout, whose failures are {@link OutputFailure}s: {@code System.out} would swallow them. */
public final class StandardOutput extends OutputStream {
    private final OutputStream out;

    public StandardOutput(OutputStream out) {
        this.out = out;
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
