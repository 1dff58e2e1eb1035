package org.clipjava.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The second JVM. Stdin and stdout are this process's own; stderr passes through {@link WarningFilter}. The child ends
 * when this process is told to end.
 */
final class Child {
    private static final int TERMINATED = 143;
    /** A server answers first what it has begun, for a minute at most. */
    private static final int SECONDS_TO_CLEAN_UP = 75;

    private final ProcessBuilder builder;
    private @Nullable Process process;
    private boolean stopped;

    Child(ProcessBuilder builder) {
        this.builder = builder.redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.PIPE);
    }

    /**
     * Starts the process.
     *
     * @throws IOException if this process may not start another, or the executable can't run
     */
    void start() throws IOException {
        // Before the start, and with it under one lock: a signal in between must not leave the child alone.
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "clip-stop"));
        launch();
    }

    private synchronized void launch() throws IOException {
        if (!stopped) {
            process = builder.start();
        }
    }

    /** Waits for the end; the exit code, 128 + the signal's number if a signal ended it. */
    int await() throws IOException, InterruptedException {
        Process child = process;
        if (child == null) {
            return TERMINATED; // told to end before there was a child; the JVM is on its way out
        }
        new WarningFilter(new FileOutputStream(FileDescriptor.err)).copy(child.getErrorStream());
        return child.waitFor();
    }

    private synchronized void stop() {
        stopped = true;
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_CLEAN_UP, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
