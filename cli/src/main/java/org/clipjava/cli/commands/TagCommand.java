package org.clipjava.cli.commands;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.clipjava.Classification;
import org.clipjava.Classification.Score;
import org.clipjava.Clip;
import org.clipjava.LinearClassifier;
import org.clipjava.cli.options.IndexOption;
import org.clipjava.cli.options.LabelsOrClassifier;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.Templates;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.Sidecar;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.report.TagWriter;
import org.clipjava.index.IndexModel;
import org.clipjava.index.IndexOptions;
import org.clipjava.index.IndexedPicture;
import org.clipjava.index.PictureIndex;
import org.clipjava.io.FileFailure;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip tag}. */
@Command(
        name = "tag",
        description = "Gives every picture of an index its labels.",
        footer = {
            "",
            "A picture gets the labels whose score is at least --threshold, or, from a classifier with thresholds of "
                    + "its own (clip calibrate), the best label if it is above its threshold. Pictures are never "
                    + "written to.",
            "",
            "Example: clip tag --labels \"cat,dog,snail\" --store"
        })
public final class TagCommand implements Callable<Integer> {
    private final Session session;

    @ArgGroup(multiplicity = "1")
    private LabelsOrClassifier source = new LabelsOrClassifier();

    @Option(
            names = "--threshold",
            paramLabel = "S",
            description = "The least score of a label, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double threshold = 0.5;

    @Option(names = "--store", description = "Keep the labels in the index, for the query tag:LABEL.")
    private boolean store;

    @Option(
            names = "--xmp",
            description = "Write them into a file PICTURE.xmp beside each picture, unless another program made one.")
    private boolean xmp;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "csv, json or jsonl, on stdout. Default: ${DEFAULT-VALUE}.")
    private TagWriter.Format format = TagWriter.Format.CSV;

    @Mixin
    private IndexOption index = new IndexOption();

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private Templates templates = new Templates();

    public TagCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw CommandFailure.usage("--threshold: expected a score of 0 to 1, found " + threshold);
        }
        List<String> labels = source.saved().isPresent() ? List.of() : source.labels(session.terminal());
        source.check(templates);
        index.read(session).close(); // there has to be one, also where it is to be written to
        try (Clip clip = model.open(source.withTowers(session.global().clipOptions(labels.size())), session);
                PictureIndex opened = store
                        ? PictureIndex.open(
                                index.folder(session),
                                IndexModel.of(clip, model.name(session)),
                                IndexOptions.defaults())
                        : index.read(session)) {
            opened.check(clip, model.name(session));
            LinearClassifier classifier = source.classifier(clip, templates, labels, session.terminal());
            return tag(opened, classifier).exitCode().code();
        }
    }

    private Tally tag(PictureIndex opened, LinearClassifier classifier) throws IOException {
        List<IndexedPicture> pictures = new ArrayList<>();
        opened.forEach(pictures::add);
        pictures.sort(Comparator.comparing(picture -> picture.stamp().file()));
        Writer writer = session.terminal().writer();
        writer.write(format.head());
        Tally tally = Tally.NONE;
        for (int number = 0; number < pictures.size(); number++) {
            IndexedPicture picture = pictures.get(number);
            List<Score> scores = scores(classifier, opened, picture);
            writer.write(format.picture(number, picture, scores));
            List<String> names = scores.stream().map(Score::label).toList();
            if (store && !picture.tags().equals(names)) {
                opened.tag(picture.id(), names);
            }
            tally = !xmp || isWritten(picture.stamp().file(), names) ? tally.plusSucceeded() : tally.plusFailed();
        }
        writer.write(format.foot());
        writer.flush();
        if (store) {
            opened.commit();
        }
        return tally;
    }

    private List<Score> scores(LinearClassifier classifier, PictureIndex opened, IndexedPicture picture)
            throws IOException {
        Classification classification =
                classifier.classify(opened.embedding(picture.id()).orElseThrow());
        return classifier.thresholds().isPresent()
                ? classifier.accepted(classification).stream().toList()
                : classification.scores().stream()
                        .filter(score -> score.score() >= threshold)
                        .toList();
    }

    private boolean isWritten(Path picture, List<String> labels) {
        try {
            if (Sidecar.write(picture, labels)) {
                return true;
            }
            session.terminal().say(picture + ".xmp: left alone, another program made it");
        } catch (IOException e) {
            session.terminal().say(picture + ".xmp: not written: " + FileFailure.reason(e, picture + ".xmp"));
        }
        return false;
    }
}
