package org.clipjava.spark;

import org.jspecify.annotations.Nullable;

/** Ends the job: the message is its one line on stderr. */
final class JobFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /** What the process tells its caller; the numbers are those of {@code clip.jar}. */
    enum ExitCode {
        /** Each picture has its row, some perhaps with an error. */
        OK(0),
        USAGE(2),
        MODEL_MISSING(3),
        BAD_MODEL(4),
        ALL_PICTURES_FAILED(6),
        INTERNAL(70);

        private final int code;

        ExitCode(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /** @param message may be another exception's, which need not have one */
    JobFailure(ExitCode exitCode, @Nullable String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    JobFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static JobFailure usage(String message) {
        return new JobFailure(ExitCode.USAGE, message);
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
