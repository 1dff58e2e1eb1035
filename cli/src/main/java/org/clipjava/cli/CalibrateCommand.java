package org.clipjava.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.LinearClassifier;
import org.clipjava.Tower;
import org.clipjava.eval.BrokenImage;
import org.clipjava.eval.EmbeddingPass;
import org.clipjava.eval.LabelledImage;
import org.clipjava.eval.LabelledImages;
import org.clipjava.eval.fit.Calibration;
import org.clipjava.eval.fit.FeatureCollector;
import org.clipjava.eval.metrics.Proportion;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code clip calibrate}. */
@Command(
        name = "calibrate",
        description =
                "Gives a classifier scores that mean what they say, and an answer to pictures of none of its labels.",
        footer = {
            "",
            "DIR has a folder for each label, or is a list of file and label: .csv, .tsv or .jsonl. A third of its pictures is held",
            "out, and what is printed is of these. Don't use pictures that the classifier was fitted to.",
            "What --false-accept promises, on average: of pictures drawn as those of --negatives, no larger share is given a",
            "label by classify --unknown. Without --negatives, of pictures drawn as DIR's when each is shown without its own label.",
        })
final class CalibrateCommand implements Callable<Integer> {
    private static final int BATCH = 32;

    @ParentCommand
    private ClipCommand clip;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private LabelledInput input = new LabelledInput();

    @ArgGroup
    private ClassifyCommand.LabelsOrClassifier source = new ClassifyCommand.LabelsOrClassifier();

    @Mixin
    private Templates templates = new Templates();

    @Option(
            names = "--false-accept",
            paramLabel = "SHARE",
            description = "Of pictures of none of the labels, at most this share may be given one; 0.05 unless given.")
    private double falseAccept = 0.05;

    @Option(
            names = "--negatives",
            paramLabel = "FOLDER",
            description = "Pictures of none of the labels, at any depth; unless given, DIR's pictures of other labels.")
    private Optional<Path> negatives = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "Of what is held out; 1 unless given.")
    private long seed = 1;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json on stdout; text unless given.")
    private EvalCommand.Format format = EvalCommand.Format.TEXT;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The classifier to write, for classify --classifier; it appears when it is complete.")
    private String file = "";

    @Override
    public Integer call() throws IOException {
        if (!(falseAccept > 0 && falseAccept < 1)) {
            throw CommandFailure.usage("--false-accept: expected a share above 0 and below 1, found " + falseAccept);
        }
        Optional<Path> saved = source.classifier();
        if (saved.isPresent() && templates.given()) {
            throw CommandFailure.usage("--template goes into the classifier: give it to 'clip labels'");
        }
        templates.check();
        Path target = Output.target(file);
        List<String> given = source.given() ? source.labels() : List.of();
        LabelledImages labelled = input.pictures(input.map());
        List<ImageInput> others = negatives.isPresent() ? files(negatives.get()) : List.of();
        Terminal terminal = clip.terminal();
        ClipOptions options = clip.globalOptions().clipOptions(labelled.count());
        if (saved.isPresent()) {
            options = options.withTowers(Set.of(Tower.IMAGE));
        }
        try (Clip opened = model.open(options, clip)) {
            LinearClassifier classifier = saved.isPresent()
                    ? ClassifyCommand.load(saved.get(), opened)
                    : templates
                            .classifier(opened, given.isEmpty() ? labelled.labels() : given)
                            .linear();
            LabelledImages among = input.among(labelled, classifier.labels());
            FeatureCollector pictures = encode(opened, options, among);
            Tally tally = new Tally(pictures.size(), pictures.broken().size());
            if (tally.exitCode() == ExitCode.ALL_INPUTS_FAILED) {
                return tally.exitCode().code();
            }
            List<Embedding> otherPictures = new ArrayList<>();
            if (!others.isEmpty()) {
                Tally ofOthers = encode(opened, options, others, otherPictures);
                tally = new Tally(tally.succeeded() + ofOthers.succeeded(), tally.failed() + ofOthers.failed());
                if (otherPictures.isEmpty()) {
                    throw CommandFailure.usage("--negatives " + negatives.get() + ": no picture could be read");
                }
            }
            Calibration calibration = calibrate(classifier, pictures, otherPictures);
            try {
                calibration.classifier().save(target, opened);
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.INTERNAL, "-o " + file + ": " + Reason.of(e, file), e);
            }
            Writer out = terminal.writer();
            out.write(format == EvalCommand.Format.JSON ? json(calibration) : text(calibration));
            out.flush();
            terminal.say("wrote %s: %,d labels, seed %d"
                    .formatted(file, classifier.labels().size(), seed));
            return tally.exitCode().code();
        }
    }

    private Calibration calibrate(
            LinearClassifier classifier, FeatureCollector pictures, List<Embedding> otherPictures) {
        try {
            return Calibration.of(classifier, pictures.features(classifier.labels()), otherPictures, falseAccept, seed);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, input.path() + ": " + e.getMessage(), e);
        }
    }

    /** All files at any depth but hidden ones, sorted. */
    private static List<ImageInput> files(Path folder) {
        List<ImageInput> files = LabelledInput.reading("--negatives " + folder, folder.toString(), () -> {
            try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
                return paths.filter(path -> Files.isRegularFile(path)
                                && !path.getFileName().toString().startsWith("."))
                        .sorted()
                        .<ImageInput>map(path -> new ImageInput.File(path.toString()))
                        .toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
        if (files.isEmpty()) {
            throw CommandFailure.usage("--negatives " + folder + ": holds no file");
        }
        return files;
    }

    private FeatureCollector encode(Clip opened, ClipOptions options, LabelledImages labelled) throws IOException {
        EmbeddingPass pass =
                new EmbeddingPass(opened, ImageInput.decoder(), options.threads(), BATCH, Optional.empty());
        FeatureCollector pictures = new FeatureCollector();
        Terminal terminal = clip.terminal();
        try (ImageProgress progress = ImageProgress.start(terminal, labelled.count())) {
            pass.run(labelled, new EmbeddingPass.Listener() {
                @Override
                public void embedded(int index, LabelledImage image, Embedding embedding) {
                    pictures.embedded(index, image, embedding);
                    progress.done(pictures.done());
                }

                @Override
                public void broken(int index, LabelledImage image, BrokenImage why) {
                    pictures.broken(index, image, why);
                    progress.clear();
                    terminal.say(why.file() + ": " + why.reason());
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
        }
        return pictures;
    }

    private Tally encode(Clip opened, ClipOptions options, List<ImageInput> inputs, List<Embedding> into)
            throws IOException {
        Tally[] tally = {Tally.NONE};
        try (ImagePipeline<ImageInput> prepared = ImageRun.prepare(inputs, options)) {
            new ImageRun(opened, prepared, inputs.size(), clip.terminal()).run(new ImageRun.Listener() {
                @Override
                public void encoded(ImageInput input, Embedding embedding) {
                    into.add(embedding);
                    tally[0] = tally[0].plusSucceeded();
                }

                @Override
                public void failed(ImageInput input, String reason) {
                    tally[0] = tally[0].plusFailed();
                }
            });
        }
        return tally[0];
    }

    private String text(Calibration calibration) {
        String others = negatives.isPresent() ? "negatives" : "pictures without their own label";
        return """
                held-out pictures  %,d
                temperature        %.4g
                loss               %.4f, was %.4f (nats)
                calibration error  %.2f %%, was %.2f %%
                accuracy           %s
                false accepts      %s of %s; promised %.2f %%
                accepted           %s
                of these right     %s
                """.formatted(
                        calibration.right().of(),
                        calibration.temperature().value(),
                        calibration.lossAfter(),
                        calibration.lossBefore(),
                        100 * calibration.calibrationErrorAfter(),
                        100 * calibration.calibrationErrorBefore(),
                        share(calibration.right()),
                        share(calibration.falseAccepts()),
                        "%,d %s".formatted(calibration.falseAccepts().of(), others),
                        100 * calibration.promised(),
                        share(calibration.accepted()),
                        share(calibration.rightOfAccepted()));
    }

    /** {@code 4.10 % (2.30 to 7.20 %)}. */
    private static String share(Proportion proportion) {
        return proportion.of() == 0
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "%.2f %% (%.2f to %.2f %%)",
                        100 * proportion.value(),
                        100 * proportion.interval().low(),
                        100 * proportion.interval().high());
    }

    private String json(Calibration calibration) {
        return Json.indentedObject(json -> {
                    json.name("seed").value(seed);
                    json.name("temperature").value(calibration.temperature().value());
                    json.name("loss").value(calibration.lossAfter());
                    json.name("loss_before").value(calibration.lossBefore());
                    json.name("expected_calibration_error").value(calibration.calibrationErrorAfter());
                    json.name("expected_calibration_error_before").value(calibration.calibrationErrorBefore());
                    json.name("false_accept_promised").value(calibration.promised());
                    json.name("negatives").value(negatives.isPresent() ? "given" : "other labels");
                    write(json, "false_accepts", calibration.falseAccepts());
                    write(json, "accepted", calibration.accepted());
                    write(json, "right", calibration.right());
                    write(json, "right_of_accepted", calibration.rightOfAccepted());
                })
                + "\n";
    }

    private static void write(JsonWriter json, String name, Proportion proportion) throws IOException {
        json.name(name).beginObject();
        json.name("count").value(proportion.hits());
        json.name("of").value(proportion.of());
        json.name("low").value(proportion.interval().low());
        json.name("high").value(proportion.interval().high());
        json.endObject();
    }
}
