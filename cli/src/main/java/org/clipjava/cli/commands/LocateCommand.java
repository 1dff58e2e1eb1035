package org.clipjava.cli.commands;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.PatchEmbeddings;
import org.clipjava.Tower;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.options.ImageInputs;
import org.clipjava.cli.options.LabelOptions;
import org.clipjava.cli.options.LocateOptions;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Npy;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.PngWriter;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.LocationWriter;
import org.clipjava.cli.report.Overlay;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.io.FileFailure;
import org.clipjava.locate.Location;
import org.clipjava.locate.Locator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip locate}. */
@Command(
        name = "locate",
        description = "Finds where in pictures labels are, and which are not there.",
        footer = {
            "",
            "A picture that can't be read is a line on stderr; the run goes on and exits 5 (6 if no picture could be "
                    + "read).",
            "",
            "Example: clip locate --labels \"cat,dog\" --overlay found.png photo.jpg"
        })
public final class LocateCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Mixin
    private LocateOptions options = new LocateOptions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, json (Hugging Face's: a list of boxes for each picture) or jsonl (an object for each "
                    + "picture). Default: ${DEFAULT-VALUE}.")
    private LocationWriter.Format format = LocationWriter.Format.TABLE;

    @Option(
            names = "--overlay",
            paramLabel = "FILE.png",
            description = "Write the picture with maps, boxes and a legend; of one picture.")
    private Optional<String> overlay = Optional.empty();

    @Option(
            names = "--grid",
            paramLabel = "FILE.npy",
            description = "Write the embeddings of the cells, [rows, columns, E], each of length 1; of one picture.")
    private Optional<String> grid = Optional.empty();

    @Mixin
    private ImageInputs images = new ImageInputs();

    public LocateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = session.terminal();
        List<ImageInput> inputs = images.inputs(terminal);
        List<String> list = labels.labels(terminal);
        options.check();
        if (inputs.size() > 1 && (overlay.isPresent() || grid.isPresent())) {
            throw CommandFailure.usage(
                    "--overlay and --grid are of one picture; expected one IMAGE, found " + inputs.size());
        }
        overlay.ifPresent(file -> new OutputFile("--overlay", file).check());
        grid.ifPresent(file -> new OutputFile("--grid", file).check());
        try (Clip opened = labels.open(
                images.in(session.global().clipOptions(inputs.size())).withTowers(Set.of(Tower.values())), session)) {
            Locator locator = options.with(Locator.of(opened, list, labels.templates(opened, list, terminal)), opened);
            LocationWriter writer = format.to(terminal.writer(), inputs.size());
            Tally tally = Tally.NONE;
            try (ProgressLine progress = new ProgressLine(terminal)) {
                progress.beginPictures(inputs.size());
                for (ImageInput input : inputs) {
                    tally = locate(input, opened.imageDecoder(), locator, writer, progress)
                            ? tally.plusSucceeded()
                            : tally.plusFailed();
                    progress.pictures(tally.succeeded() + tally.failed(), inputs.size());
                }
            }
            writer.end();
            return tally.exitCode().code();
        }
    }

    private boolean locate(
            ImageInput input, ImageDecoder decoder, Locator locator, LocationWriter writer, ProgressLine progress)
            throws IOException {
        RgbImage picture;
        PatchEmbeddings patches;
        try {
            picture = input.decode(decoder);
            patches = locator.read(picture);
        } catch (UnsupportedOperationException e) {
            throw new CommandFailure(ExitCode.USAGE, "--method: " + e.getMessage() + "; windows takes any model", e);
        } catch (IOException | IllegalArgumentException e) {
            String reason = e instanceof IOException failure
                    ? FileFailure.reason(failure, input.name())
                    : String.valueOf(e.getMessage());
            progress.clear();
            session.terminal().say(input.name() + ": " + reason);
            writer.failed(input.name(), reason);
            return false;
        }
        List<Location> locations = locator.locate(patches, picture.height(), picture.width());
        progress.clear();
        writer.located(input.name(), locations);
        save("--overlay", overlay, out -> PngWriter.write(Overlay.of(picture, locations), out));
        save("--grid", grid, out -> {
            out.write(Npy.header(patches.rows(), patches.columns(), patches.dimension()));
            out.write(Npy.row(patches.toArray()));
        });
        return true;
    }

    private interface Content {
        void to(OutputStream out) throws IOException;
    }

    private void save(String option, Optional<String> file, Content content) throws IOException {
        if (file.isPresent()) {
            new OutputFile(option, file.get()).write(session.terminal(), out -> {
                content.to(out);
                return ExitCode.OK;
            });
        }
    }
}
