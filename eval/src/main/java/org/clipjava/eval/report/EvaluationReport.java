package org.clipjava.eval.report;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.eval.Evaluation;
import org.clipjava.image.ImageDecoder;

/** Puts the sections of an evaluation together. Immutable and thread-safe. */
public final class EvaluationReport {
    private EvaluationReport() {}

    /**
     * All sections; the first set of templates is looked at in detail.
     *
     * @param seed of the bootstrap
     * @param decoder reads the worst mistakes again for the page
     * @throws IllegalArgumentException if no picture could be read
     */
    public static Report of(Subject subject, Evaluation evaluation, long seed, ImageDecoder decoder) {
        if (evaluation.pictures() == 0) {
            throw new IllegalArgumentException("no picture could be read: there is nothing to report");
        }
        List<ReportSection> sections = new ArrayList<>();
        sections.add(SummarySection.of(subject, evaluation));
        if (evaluation.results().size() > 1) {
            sections.add(ComparisonSection.of(evaluation, seed));
        }
        sections.add(ReliabilitySection.of(evaluation));
        sections.add(ClassesSection.of(evaluation));
        sections.add(ConfusionSection.of(evaluation));
        sections.add(MistakesSection.of(evaluation, decoder));
        sections.add(BrokenSection.of(evaluation));
        return new Report(subject.model() + " on " + subject.dataset(), sections);
    }
}
