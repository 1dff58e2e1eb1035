package org.clipjava.cli.verify;

import org.clipjava.config.Activation;

/** One thing about a model that may have been got wrong, put right. */
public sealed interface Change {
    /** What was wrong if this puts it right, and what to do. */
    String cause();

    /** The MLPs with the other non-linearity. */
    record OtherActivation(Activation activation) implements Change {
        @Override
        public String cause() {
            return "wrong activation: with " + activation.spelling()
                    + " the numbers match; convert the checkpoint again with that one";
        }
    }

    /** The projections' numbers read with rows and columns exchanged. */
    record TransposedProjections(boolean image, boolean text) implements Change {
        @Override
        public String cause() {
            return "projection not transposed: with the "
                    + (image ? text ? "image and text towers'" : "image tower's" : "text tower's")
                    + " transposed the numbers match; convert the checkpoint again, its names say how they lie";
        }
    }

    /** Texts ended, and pooled, at another token. */
    record EndToken(int id) implements Change {
        @Override
        public String cause() {
            return "wrong end token: with " + id
                    + " the numbers match; convert the checkpoint again (eos_token_id 2 in a config.json is a known mistake)";
        }
    }
}
