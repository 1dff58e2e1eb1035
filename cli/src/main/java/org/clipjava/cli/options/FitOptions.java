package org.clipjava.cli.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clipjava.Clip;
import org.clipjava.LinearClassifier;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.Terminal;
import org.clipjava.eval.LabelledImages;
import org.clipjava.eval.fit.FeatureCollector;
import org.clipjava.eval.fit.FewShot;
import org.clipjava.eval.fit.HeldOutProbe;
import org.clipjava.eval.fit.LabelledFeatures;
import org.clipjava.eval.fit.ShotCurve;
import org.clipjava.eval.report.ProbeSection;
import org.clipjava.eval.report.Report;
import org.clipjava.eval.report.ShotCurveSection;
import picocli.CommandLine.Option;

/** {@code --few-shot} and {@code --linear-probe}: classifiers that are fitted to the pictures of an evaluation. */
public final class FitOptions {
    private static final int DRAWS = 5;

    @Option(
            names = "--few-shot",
            paramLabel = "K",
            split = ",",
            description =
                    "Also fit to K pictures of each class and measure on the others, five times; 1,2,4,8,16 draws a"
                            + " curve.")
    private List<Integer> shots = new ArrayList<>();

    @Option(
            names = "--linear-probe",
            description = "Also fit a linear probe, each picture measured with one that was fitted without it.")
    private boolean linearProbe;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write the linear probe of all pictures, or without that the blend of texts and the most shots, "
                            + "for classify --classifier.")
    private Optional<String> file = Optional.empty();

    public boolean asked() {
        return linearProbe || !shots.isEmpty();
    }

    /** Complains before the work. */
    public void check() {
        for (int i = 0; i < shots.size(); i++) {
            if (shots.get(i) < 1 || (i > 0 && shots.get(i) <= shots.get(i - 1))) {
                throw CommandFailure.usage("--few-shot: expected ascending numbers from 1 on, found " + shots.get(i));
            }
        }
        if (file.isPresent()) {
            if (!asked()) {
                throw CommandFailure.usage("-o: nothing is fitted; give --linear-probe or --few-shot");
            }
            OutputFile.of(file.get()).target();
        }
    }

    /** The numbers of shots that every class has pictures for, and one to measure with; all of them if none is possible. */
    private List<Integer> possible(LabelledFeatures features, Terminal terminal) {
        int most = features.smallestClass() - 1;
        List<Integer> possible = shots.stream().filter(count -> count <= most).toList();
        if (possible.isEmpty() || possible.size() == shots.size()) {
            return shots; // what is measured says which class has too few
        }
        terminal.say("--few-shot: left out %s; the smallest class has %,d pictures, of which one is to measure with"
                .formatted(
                        shots.stream()
                                .filter(count -> count > most)
                                .map(String::valueOf)
                                .collect(Collectors.joining(", ")),
                        most + 1));
        return possible;
    }

    /**
     * The report with what was fitted; writes the classifier.
     *
     * @param text what it is compared with: the labels in templates
     */
    public Report added(
            Report report,
            Clip opened,
            LabelledImages labelled,
            LinearClassifier text,
            FeatureCollector collected,
            long seed,
            Terminal terminal) {
        if (!asked()) {
            return report;
        }
        LabelledFeatures features = collected.features(labelled.labels());
        Report more = report;
        Optional<LinearClassifier> fitted = Optional.empty();
        try {
            if (!shots.isEmpty()) {
                List<Integer> possible = possible(features, terminal);
                int[] counts = possible.stream().mapToInt(Integer::intValue).toArray();
                long[] seeds = new long[DRAWS];
                for (int draw = 0; draw < DRAWS; draw++) {
                    seeds[draw] = seed + draw;
                }
                more = more.with(new ShotCurveSection(ShotCurve.measure(features, text, counts, seeds, done -> {})));
                LabelledFeatures examples = features.select(FewShot.draw(features, possible.getLast(), seed));
                fitted = Optional.of(FewShot.blend(examples, text, seed).classifier());
            }
            if (linearProbe) {
                HeldOutProbe probe = HeldOutProbe.of(features, text, seed);
                more = more.with(new ProbeSection(probe));
                fitted = Optional.of(probe.probe().classifier());
            }
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(labelled.name() + ": " + e.getMessage(), e);
        }
        if (file.isPresent()) {
            LinearClassifier classifier = fitted.orElseThrow();
            OutputFile.of(file.get()).save(target -> classifier.save(target, opened));
            terminal.say("wrote %s: %,d labels"
                    .formatted(file.get(), classifier.labels().size()));
        }
        return more;
    }
}
