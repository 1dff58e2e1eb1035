package org.clipjava.cli.output;

/** How many inputs went well; the exit code follows. */
public record Tally(int succeeded, int failed) {
    public static final Tally NONE = new Tally(0, 0);

    public Tally plusSucceeded() {
        return new Tally(succeeded + 1, failed);
    }

    public Tally plusFailed() {
        return new Tally(succeeded, failed + 1);
    }

    /** Of these and those. */
    public Tally plus(Tally others) {
        return new Tally(succeeded + others.succeeded, failed + others.failed);
    }

    public ExitCode exitCode() {
        if (failed == 0) {
            return ExitCode.OK;
        }
        return succeeded == 0 ? ExitCode.ALL_INPUTS_FAILED : ExitCode.SOME_INPUTS_FAILED;
    }
}
