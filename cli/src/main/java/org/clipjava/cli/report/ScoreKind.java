package org.clipjava.cli.report;

import java.util.Locale;

/** The choices of {@code --scores}: what a label's score is. */
public enum ScoreKind {
    /** Its share of all labels. */
    SOFTMAX,
    /** The cosine itself, whatever the other labels are. */
    COSINE,
    /** Of the cosine's distance to a threshold, in logits: 50 % at the threshold, whatever the other labels are. */
    SIGMOID;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
