package org.clipjava.cli;

/** How many inputs went well; the exit code follows. */
record Tally(int succeeded, int failed) {
    static final Tally NONE = new Tally(0, 0);

    Tally plusSucceeded() {
        return new Tally(succeeded + 1, failed);
    }

    Tally plusFailed() {
        return new Tally(succeeded, failed + 1);
    }

    ExitCode exitCode() {
        if (failed == 0) {
            return ExitCode.OK;
        }
        return succeeded == 0 ? ExitCode.ALL_INPUTS_FAILED : ExitCode.SOME_INPUTS_FAILED;
    }
}
