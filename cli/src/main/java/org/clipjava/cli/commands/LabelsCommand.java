package org.clipjava.cli.commands;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Tower;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.cli.options.ClassifierOutput;
import org.clipjava.cli.options.LabelOptions;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clip labels}. */
@Command(
        name = "labels",
        description = "Encodes labels once and saves them, for classify --classifier.",
        footer = {
            "",
            "A classifier belongs to its model; one of the same model with another weight type can use it " + "too.",
            "",
            "Example: clip labels --labels-file labels.txt -o animals.classifier"
        })
public final class LabelsCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Mixin
    private ClassifierOutput output = new ClassifierOutput();

    public LabelsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<String> list = labels.labels(session.terminal());
        output.check();
        ClipOptions options = session.global().clipOptions(list.size()).withTowers(Set.of(Tower.TEXT));
        try (Clip opened = labels.open(options, session)) {
            ModelFailure.require(opened, Tower.IMAGE); // a text tower alone has nothing to classify
            ZeroShotClassifier classifier = labels.classifier(opened, list, session.terminal());
            output.save(classifier::save);
        }
        output.say("%,d labels".formatted(list.size()), session.terminal());
        return ExitCode.OK.code();
    }
}
