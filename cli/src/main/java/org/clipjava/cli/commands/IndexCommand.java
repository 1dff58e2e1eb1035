package org.clipjava.cli.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Tower;
import org.clipjava.cli.options.DecoderOption;
import org.clipjava.cli.options.DraftOption;
import org.clipjava.cli.options.IndexOption;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Terminal;
import org.clipjava.index.BrokenPicture;
import org.clipjava.index.FolderWatch;
import org.clipjava.index.IndexModel;
import org.clipjava.index.IndexOptions;
import org.clipjava.index.IndexUpdate;
import org.clipjava.index.PictureIndex;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clip index}. */
@Command(
        name = "index",
        description = "Brings an index of pictures in line with folders, for clip search.",
        footer = {
            "",
            "A second run does only what changed. One that is interrupted goes on when it is started again. The "
                    + "pictures themselves are only read. A file .clipignore leaves out what its lines name, as "
                    + ".gitignore does.",
            "",
            "Example: clip index ~/Pictures"
        })
public final class IndexCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 86_400;

    private final Session session;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..*",
            description = "Folders, with all that is in them. Without any: those that the index has already.")
    private List<Path> folders = new ArrayList<>();

    @Mixin
    private IndexOption index = new IndexOption();

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private DecoderOption decoder = new DecoderOption();

    @Mixin
    private DraftOption draft = new DraftOption();

    @Option(names = "--hidden", description = "Take hidden files and folders too.")
    private boolean hidden;

    @Option(
            names = "--quantised",
            description = "Search vectors of 7 bits a component: a quarter of the memory. What is found is compared "
                    + "exactly all the same.")
    private boolean quantised;

    @Option(
            names = "--commit-every",
            paramLabel = "SECONDS",
            description =
                    "Commit so often: a run that is killed loses what came after the last. Default: ${DEFAULT-VALUE}.")
    private double commitEvery = 30;

    @Option(
            names = "--watch",
            description = "Then wait for changes in the folders, and follow them, until interrupted.")
    private boolean watch;

    public IndexCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw CommandFailure.usage(folder + ": expected a folder of pictures, found "
                        + (Files.exists(folder) ? "a file; name its folder" : "nothing"));
            }
        }
        if (!(commitEvery >= 0 && commitEvery <= MOST_SECONDS)) {
            throw CommandFailure.usage(
                    "--commit-every: expected 0 to " + MOST_SECONDS + " seconds, found " + commitEvery);
        }
        ClipOptions options = draft.in(decoder.in(session.global().clipOptions()));
        try (Clip clip = openWithImages(options);
                PictureIndex opened = PictureIndex.open(
                        index.folder(session),
                        IndexModel.of(clip, model.name(session)),
                        IndexOptions.defaults().withQuantised(quantised))) {
            if (folders.isEmpty() && opened.folders().isEmpty()) {
                throw CommandFailure.usage("no folder given, and the index has none yet; name at least one DIR");
            }
            if (!watch) {
                return update(clip, opened, options.threads()).code();
            }
            while (true) {
                // Watched from before the walk on, so that no change falls between the two.
                try (FolderWatch changes = FolderWatch.of(all(opened), hidden)) {
                    update(clip, opened, options.threads());
                    changes.await();
                }
            }
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted(e);
        }
    }

    /** An image tower is enough to find pictures that are alike. */
    private Clip openWithImages(ClipOptions options) {
        Clip clip = model.open(options, session);
        try {
            ModelFailure.require(clip, Tower.IMAGE);
            return clip;
        } catch (CommandFailure e) {
            clip.close();
            throw e;
        }
    }

    private List<Path> all(PictureIndex opened) {
        List<Path> all = new ArrayList<>(opened.folders());
        folders.forEach(folder -> all.add(folder.toAbsolutePath().normalize()));
        return all;
    }

    private ExitCode update(Clip clip, PictureIndex opened, int threads) throws IOException, InterruptedException {
        Terminal terminal = session.terminal();
        IndexUpdate.Summary summary;
        try (ProgressLine progress = new ProgressLine(terminal)) {
            progress.show("looking for pictures");
            summary = IndexUpdate.of(opened, clip)
                    .withThreads(threads)
                    .withHidden(hidden)
                    .withBrokenAgain(decoder.given())
                    .withTimeBetweenCommits(Duration.ofMillis(Math.round(commitEvery * 1000)))
                    .run(folders, new Shown(progress));
            if (summary.isChange() && clip.has(Tower.TEXT)) {
                progress.show("measuring the index");
                opened.measure(clip);
            }
        }
        if (!watch || summary.isChange() || summary.broken() > 0) {
            terminal.say(line(opened.count(), summary));
        }
        return summary.broken() == 0
                ? ExitCode.OK
                : opened.count() == 0 ? ExitCode.ALL_INPUTS_FAILED : ExitCode.SOME_INPUTS_FAILED;
    }

    private static String line(int count, IndexUpdate.Summary summary) {
        List<String> parts = new ArrayList<>();
        add(parts, summary.added(), "new");
        add(parts, summary.changed(), "changed");
        add(parts, summary.moved(), "moved or copied");
        add(parts, summary.touched(), "touched");
        add(parts, summary.removed(), "gone");
        add(parts, summary.broken(), "broken");
        return "%,d %s in the index".formatted(count, count == 1 ? "picture" : "pictures")
                + (parts.isEmpty() ? "; nothing changed" : ": " + String.join(", ", parts));
    }

    private static void add(List<String> parts, int count, String what) {
        if (count > 0) {
            parts.add("%,d %s".formatted(count, what));
        }
    }

    /** Shows a run to a person. */
    private static final class Shown implements IndexUpdate.Listener {
        private final ProgressLine progress;
        private int count;

        Shown(ProgressLine progress) {
            this.progress = progress;
        }

        @Override
        public void found(int pictures) {
            count = pictures;
            progress.beginPictures(pictures);
        }

        @Override
        public void done(int done, int quick) {
            progress.pictures(done, quick, count);
        }

        @Override
        public void remark(String line) {
            progress.say(line);
        }

        @Override
        public void broken(BrokenPicture picture) {
            progress.say(picture.stamp().file() + ": " + picture.reason());
        }
    }
}
