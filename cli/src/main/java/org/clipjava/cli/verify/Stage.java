package org.clipjava.cli.verify;

import java.util.Optional;

/**
 * One thing that was checked.
 *
 * @param detail one line: what was compared, or why it was not
 * @param deviation the worst difference that was found, where numbers were compared
 * @param cause what is likely to be wrong; only where it failed
 */
public record Stage(
        String name, Outcome outcome, String detail, Optional<Deviation> deviation, Optional<String> cause) {

    /** How it went. */
    public enum Outcome {
        PASS,
        FAIL,
        /** Not checked; the detail says why. */
        SKIP
    }

    /**
     * How far two numbers are apart.
     *
     * @param difference at least 0; infinite where one of them is not finite
     * @param allowed how much it may be
     */
    public record Deviation(double difference, double allowed) {
        static final Deviation NONE = new Deviation(0, 0);

        public Deviation {
            difference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
        }

        static Deviation of(double expected, double found, double allowed) {
            return new Deviation(Math.abs(expected - found), allowed);
        }

        boolean fits() {
            return difference <= allowed;
        }

        /** The one that is further beyond what is allowed. */
        Deviation worse(Deviation other) {
            return excess() >= other.excess() ? this : other;
        }

        private double excess() {
            return difference == 0 ? 0 : difference / allowed;
        }
    }

    static Stage passed(String name, String detail) {
        return new Stage(name, Outcome.PASS, detail, Optional.empty(), Optional.empty());
    }

    static Stage passed(String name, String detail, Deviation deviation) {
        return new Stage(name, Outcome.PASS, detail, Optional.of(deviation), Optional.empty());
    }

    static Stage failed(String name, String detail, String cause) {
        return new Stage(name, Outcome.FAIL, detail, Optional.empty(), Optional.of(cause));
    }

    static Stage failed(String name, String detail, Deviation deviation, String cause) {
        return new Stage(name, Outcome.FAIL, detail, Optional.of(deviation), Optional.of(cause));
    }

    /** A stage that was not checked, and why. */
    public static Stage skipped(String name, String why) {
        return new Stage(name, Outcome.SKIP, why, Optional.empty(), Optional.empty());
    }
}
