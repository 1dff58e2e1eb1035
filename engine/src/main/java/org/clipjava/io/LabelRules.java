package org.clipjava.io;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a label may be: not blank, and without a zero character, which ends it in a classifier file. Labels that are used together
 * differ: two equal ones would share one score between them, which is never what was meant.
 */
public final class LabelRules {
    private LabelRules() {}

    /** What is wrong with a label, in one line; empty if nothing is. */
    public static Optional<String> problem(String label) {
        if (label.isBlank()) {
            return Optional.of("the label is blank");
        }
        return label.indexOf('\0') < 0
                ? Optional.empty()
                : Optional.of("the label '" + Shown.text(label) + "' has a zero character in it; is it text?");
    }

    /** What is wrong with the first of these labels with which something is, in one line; empty if nothing is with any. */
    public static Optional<String> problem(List<String> labels) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < labels.size(); i++) {
            String label = labels.get(i);
            if (label.isBlank()) {
                return Optional.of("label " + (i + 1) + " of " + labels.size() + " is blank");
            }
            Optional<String> problem = problem(label);
            if (problem.isPresent()) {
                return problem;
            }
            if (!seen.add(label)) {
                return Optional.of("the label '" + Shown.text(label) + "' is there twice; remove one");
            }
        }
        return Optional.empty();
    }
}
