package org.clipjava.cli.output;

/** What the process tells its caller. */
public enum ExitCode {
    OK(0),
    USAGE(2),
    MODEL_MISSING(3),
    BAD_MODEL(4),
    SOME_INPUTS_FAILED(5),
    ALL_INPUTS_FAILED(6),
    /** The network, or the hub behind it. */
    HUB_FAILED(7),
    /** A full or unwritable disk, too little memory: of this machine, not of the input. */
    NO_ROOM(8),
    INTERNAL(70),
    /** The JVM's own code after SIGINT; named here for the help. */
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
