package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Tower;
import org.clipjava.ZeroShotClassifier;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code clip labels}. */
@Command(
        name = "labels",
        description = "Encodes labels once and saves them, for classify --classifier.",
        footer = {
            "",
            "A classifier belongs to its model; one of the same model with another weight type can use it too.",
        })
final class LabelsCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Mixin
    private ModelOption model = new ModelOption();

    @ArgGroup(multiplicity = "1")
    private Labels labels;

    @Mixin
    private Templates templates = new Templates();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The classifier to write; it appears when it is complete.")
    private String file = "";

    @Override
    public Integer call() {
        List<String> labelList = labels.labels();
        templates.check();
        Path target = Output.target(file);
        ClipOptions options = clip.globalOptions().clipOptions().withTowers(Set.of(Tower.TEXT));
        try (Clip opened = model.open(options, clip)) {
            ZeroShotClassifier classifier = templates.classifier(opened, labelList);
            try {
                classifier.save(target);
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.INTERNAL, "-o " + file + ": " + Reason.of(e, file), e);
            }
        }
        clip.terminal().say("wrote %s: %,d labels".formatted(file, labelList.size()));
        return ExitCode.OK.code();
    }
}
