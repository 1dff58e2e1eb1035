package org.clipjava.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Copies a JVM's stderr without its line about the incubator module, which no JVM option silences. Everything else passes
 * byte by byte as it comes: only a line that so far reads like the warning is held back until it is complete.
 */
final class WarningFilter {
    private static final byte[] WARNING =
            "WARNING: Using incubator modules: jdk.incubator.vector".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private final ByteArrayOutputStream passing = new ByteArrayOutputStream();
    private boolean lookingForWarning = true;
    private boolean atWarning = true; // the current line equals the warning's first `matched` bytes
    private int matched;
    private boolean open = true;

    WarningFilter(OutputStream out) {
        this.out = out;
    }

    /** Copies until the end of the stream; reads on to the end even if the other side no longer takes anything. */
    void copy(InputStream in) throws IOException {
        byte[] buffer = new byte[8192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                accept(buffer[i]);
            }
            flush();
        }
        passing.write(WARNING, 0, matched);
        flush();
    }

    private void accept(byte b) {
        if (!lookingForWarning) {
            passing.write(b);
        } else if (atWarning && matched < WARNING.length && b == WARNING[matched]) {
            matched++;
        } else if (atWarning && matched == WARNING.length && b == '\r') {
            return; // Windows ends the line with two characters
        } else if (atWarning && matched == WARNING.length && b == '\n') {
            matched = 0;
            lookingForWarning = false;
        } else {
            passing.write(WARNING, 0, matched);
            passing.write(b);
            matched = 0;
            atWarning = b == '\n';
        }
    }

    private void flush() {
        byte[] bytes = passing.toByteArray();
        passing.reset();
        if (!open || bytes.length == 0) {
            return;
        }
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            // Nobody reads stderr any more, so there is nobody to tell; the child must not block on a full pipe.
            open = false;
        }
    }
}
