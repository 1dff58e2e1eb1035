package org.clipjava.cli.commands;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.LinearClassifier;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.input.ImageRun;
import org.clipjava.cli.options.ClassifierOutput;
import org.clipjava.cli.options.LabelledInput;
import org.clipjava.cli.options.LabelledOptions;
import org.clipjava.cli.options.LabelsOrClassifier;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.report.CalibrationReport;
import org.clipjava.eval.BrokenImage;
import org.clipjava.eval.EmbeddingPass;
import org.clipjava.eval.LabelledImage;
import org.clipjava.eval.LabelledImages;
import org.clipjava.eval.PictureFolder;
import org.clipjava.eval.fit.Calibration;
import org.clipjava.eval.fit.FeatureCollector;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip calibrate}. */
@Command(
        name = "calibrate",
        description =
                "Gives a classifier scores that mean what they say, and an answer to pictures of none of its labels.",
        footer = {
            "",
            "A third of DIR's pictures is held out, and what is printed is of these. Don't use pictures that "
                    + "the classifier was fitted to. What --false-accept promises, on average: of pictures drawn as "
                    + "those of --negatives, no larger share is given a label by classify --unknown. Without "
                    + "--negatives, of pictures drawn as DIR's when each is shown without its own label.",
            "",
            "Example: clip calibrate photos/ --negatives others/ -o photos.classifier"
        })
public final class CalibrateCommand implements Callable<Integer> {
    private final Session session;

    @ArgGroup
    private LabelsOrClassifier source = new LabelsOrClassifier();

    @Mixin
    private ClassifierOutput output = new ClassifierOutput();

    @Option(
            names = "--negatives",
            paramLabel = "FOLDER",
            description = "Pictures of none of the labels, at any depth. Default: DIR's pictures of other labels.")
    private Optional<Path> negatives = Optional.empty();

    @Option(
            names = "--false-accept",
            paramLabel = "SHARE",
            description = "Of pictures of none of the labels, at most this share may be given one. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double falseAccept = 0.05;

    @Mixin
    private LabelledOptions labelled = new LabelledOptions();

    public CalibrateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (!(falseAccept > 0 && falseAccept < 1)) {
            throw CommandFailure.usage("--false-accept: expected a share above 0 and below 1, found " + falseAccept);
        }
        source.check(labelled.templates());
        output.check();
        List<String> given = source.given() ? source.labels(session.terminal()) : List.of();
        LabelledInput input = labelled.input();
        LabelledImages found = input.pictures(input.map());
        input.sayRemarks(found, session.terminal());
        List<ImageInput> others = negatives.isPresent() ? files(negatives.get()) : List.of();
        ClipOptions options = input.in(source.withTowers(session.global().clipOptions(found.count())));
        try (Clip opened = labelled.open(options, session)) {
            LinearClassifier classifier = source.saved().isEmpty() && given.isEmpty()
                    ? input.classifier(found, opened, labelled.templates().orDefault(opened), session.terminal())
                    : source.classifier(opened, labelled.templates(), given, session.terminal());
            FeatureCollector pictures = encode(opened, options, input.among(found, classifier.labels()));
            Tally tally = new Tally(pictures.size(), pictures.broken().size());
            if (tally.exitCode() == ExitCode.ALL_INPUTS_FAILED) {
                return tally.exitCode().code();
            }
            List<Embedding> otherPictures = new ArrayList<>();
            if (!others.isEmpty()) {
                tally = tally.plus(encode(opened, options, others, otherPictures));
                if (otherPictures.isEmpty()) {
                    throw CommandFailure.usage("--negatives " + negatives.get() + ": no picture could be read");
                }
            }
            write(calibrate(classifier, pictures, otherPictures), opened);
            return tally.exitCode().code();
        }
    }

    private Calibration calibrate(
            LinearClassifier classifier, FeatureCollector pictures, List<Embedding> otherPictures) {
        try {
            return Calibration.of(
                    classifier, pictures.features(classifier.labels()), otherPictures, falseAccept, labelled.seed());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(labelled.input().path() + ": " + e.getMessage(), e);
        }
    }

    private void write(Calibration calibration, Clip opened) throws IOException {
        LinearClassifier classifier = calibration.classifier();
        CalibrationReport report = new CalibrationReport(calibration, negatives.isPresent(), labelled.seed());
        output.save(target -> classifier.save(target, opened));
        session.terminal().print(labelled.format().isJson() ? report.toJson() : report.toText());
        output.say("%,d labels, seed %d".formatted(classifier.labels().size(), labelled.seed()), session.terminal());
    }

    private List<ImageInput> files(Path folder) {
        PictureFolder found =
                LabelledInput.reading("--negatives " + folder, folder.toString(), () -> PictureFolder.deep(folder));
        if (found.pictures().isEmpty()) {
            throw CommandFailure.usage("--negatives " + folder + ": holds no picture"
                    + found.leftOut().map(files -> ", but " + files).orElse(""));
        }
        found.leftOut()
                .ifPresent(files -> session.terminal()
                        .say("--negatives " + folder + ": left out " + files + " that are no pictures by their names"));
        return found.pictures().stream().<ImageInput>map(ImageInput.Found::new).toList();
    }

    private FeatureCollector encode(Clip opened, ClipOptions options, LabelledImages pictures) throws IOException {
        EmbeddingPass pass = EmbeddingPass.of(opened, opened.imageDecoder()).withThreads(options.threads());
        FeatureCollector features = new FeatureCollector();
        try (ProgressLine progress = new ProgressLine(session.terminal())) {
            pass.run(pictures, new EmbeddingPass.Listener() {
                @Override
                public void embedded(int index, LabelledImage image, Embedding embedding) {
                    features.embedded(index, image, embedding);
                    progress.pictures(features.done(), pictures.count());
                }

                @Override
                public void broken(int index, LabelledImage image, BrokenImage why) {
                    features.broken(index, image, why);
                    progress.say(why.file() + ": " + why.reason());
                }
            });
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted(e);
        }
        return features;
    }

    private Tally encode(Clip opened, ClipOptions options, List<ImageInput> inputs, List<Embedding> into)
            throws IOException {
        try (ImagePipeline<ImageInput> prepared = ImageRun.prepare(inputs, options)) {
            return new ImageRun(opened, prepared, inputs.size(), session.terminal()).run(new ImageRun.Listener() {
                @Override
                public void encoded(ImageInput input, Embedding embedding) {
                    into.add(embedding);
                }

                @Override
                public void failed(ImageInput input, String reason) {}
            });
        }
    }
}
