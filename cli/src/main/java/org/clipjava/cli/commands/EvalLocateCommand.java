package org.clipjava.cli.commands;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.Tower;
import org.clipjava.cli.options.LabelledInput;
import org.clipjava.cli.options.LocateOptions;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.Templates;
import org.clipjava.cli.options.TextOrJson;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.PngWriter;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Version;
import org.clipjava.cli.report.Overlay;
import org.clipjava.eval.locate.LocateEvaluation;
import org.clipjava.eval.locate.LocatedPicture;
import org.clipjava.eval.locate.LocatedPictures;
import org.clipjava.eval.report.LocatingSection;
import org.clipjava.eval.report.Origin;
import org.clipjava.eval.report.Report;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Location;
import org.clipjava.locate.Locator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clip eval locate}. */
@Command(
        name = "locate",
        description = "Measures how well a model finds where in pictures things are.",
        footer = {
            "",
            "A picture that can't be read is a line on stderr and counts nowhere; the run goes on and exits 5 "
                    + "(6 if no picture could be read).",
            "",
            "Example: clip eval locate scenes --html report.html"
        })
public final class EvalLocateCommand implements Callable<Integer> {
    /** Pictures on the page: enough to see what goes wrong. */
    private static final int SHOWN = 12;

    private final Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            description =
                    "A folder with annotations.json (COCO: boxes), its pictures in images/ or beside it, and, if "
                            + "there are any, masks/NAME.png, each pixel the id of its category; or one as Pascal VOC has it: "
                            + "Annotations/NAME.xml, JPEGImages/, SegmentationClass/NAME.png; or labels.txt, images/ and masks/.")
    private Path folder = Path.of("");

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private Templates templates = new Templates();

    @Mixin
    private LocateOptions options = new LocateOptions();

    @Mixin
    private TextOrJson format = new TextOrJson();

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report as one HTML page, too.")
    private Optional<String> htmlFile = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of what is drawn for intervals. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    public EvalLocateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        templates.check();
        options.check();
        htmlFile.ifPresent(file -> new OutputFile("--html", file).check());
        String name = folder.toString();
        LocatedPictures data = LabelledInput.reading(name, name, () -> LocatedPictures.read(folder));
        int count = data.pictures().size();
        try (Clip opened =
                model.open(session.global().clipOptions(count).withTowers(Set.of(Tower.values())), session)) {
            Locator locator = options.with(Locator.of(opened, data.labels(), templates.orDefault(opened)), opened);
            List<LocatingSection.Picture> shown = new ArrayList<>();
            LocateEvaluation evaluation;
            try (ProgressLine progress = new ProgressLine(session.terminal())) {
                progress.beginPictures(count);
                evaluation = LocateEvaluation.run(
                        locator,
                        data,
                        seed,
                        done -> progress.pictures(done, count),
                        (picture, pixels, locations) -> show(picture, pixels, locations, shown));
            }
            evaluation.broken().forEach(broken -> session.terminal().say(broken.file() + ": " + broken.reason()));
            Report report = new Report("Where things are in " + name, List.of(LocatingSection.of(evaluation, shown)));
            htmlFile.ifPresent(file -> new OutputFile("--html", file).write(report.html(origin())));
            session.terminal().print(format.isJson() ? report.json() : report.text());
            return new Tally(evaluation.pictures(), evaluation.broken().size())
                    .exitCode()
                    .code();
        }
    }

    /** The labels that are in the picture, or that were found. */
    private void show(
            LocatedPicture picture, RgbImage pixels, List<Location> locations, List<LocatingSection.Picture> shown)
            throws IOException {
        if (htmlFile.isEmpty() || shown.size() == SHOWN) {
            return;
        }
        List<Location> some = new ArrayList<>();
        for (int i = 0; i < locations.size(); i++) {
            int label = i;
            if (locations.get(i).isThere() || picture.things().stream().anyMatch(thing -> thing.label() == label)) {
                some.add(locations.get(i));
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        PngWriter.write(Overlay.of(pixels, some), png);
        shown.add(new LocatingSection.Picture(
                picture.file().toString(),
                "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray())));
    }

    private Origin origin() {
        List<String> command = new ArrayList<>(List.of("clip"));
        command.addAll(spec.root().commandLine().getParseResult().originalArgs());
        return new Origin(Instant.now(), "clip " + Version.ofJar() + ", Java " + Runtime.version(), command);
    }
}
