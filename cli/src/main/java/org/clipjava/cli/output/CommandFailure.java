package org.clipjava.cli.output;

import java.io.IOException;
import org.clipjava.io.FileFailure;

/** Ends the command: the message is its one line on stderr. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public CommandFailure(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The user's mistake. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    /** The user's mistake. */
    public static CommandFailure usage(String message, Throwable cause) {
        return new CommandFailure(ExitCode.USAGE, message, cause);
    }

    /**
     * A file can't be used.
     *
     * @param what stands before the reason: the file, or the option with it
     * @param file its name, which the reason does not repeat
     */
    public static CommandFailure of(ExitCode exitCode, String what, String file, IOException e) {
        return new CommandFailure(exitCode, what + ": " + FileFailure.reason(e, file), e);
    }

    /** A picture without which there is nothing to do can't be read. */
    public static CommandFailure ofPicture(String name, IOException e) {
        return of(ExitCode.ALL_INPUTS_FAILED, name, name, e);
    }

    /** The thread was interrupted, and is so again. */
    public static CommandFailure interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
