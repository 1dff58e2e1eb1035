package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.IndexOption;
import org.clipjava.cli.options.JsonOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.report.DuplicatesWriter;
import org.clipjava.cli.report.Gallery;
import org.clipjava.index.Duplicates;
import org.clipjava.index.Duplicates.Group;
import org.clipjava.index.PictureIndex;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip duplicates}. */
@Command(
        name = "duplicates",
        description = "Finds pictures of an index that are the same.",
        footer = {
            "",
            "Groups are of the same file, or of the same picture in another size, compression, colouring or crop. The best "
                    + "copy of each comes first: the most pixels, then the largest file, then the oldest. Nothing is "
                    + "deleted.",
            "",
            "Example: clip duplicates --html duplicates.html"
        })
public final class DuplicatesCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--scenes", description = "Also group pictures of the same scene, taken within ten minutes.")
    private boolean scenes;

    @Mixin
    private IndexOption index = new IndexOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a page with their thumbnails, too, which needs no other file.")
    private Optional<String> html = Optional.empty();

    public DuplicatesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        html.ifPresent(file -> new OutputFile("--html", file).target());
        try (PictureIndex opened = index.read(session)) {
            List<Group> groups = Duplicates.of(opened).withScenes(scenes).find();
            session.terminal().print(json.given() ? DuplicatesWriter.json(groups) : DuplicatesWriter.text(groups));
            if (html.isPresent()) {
                new OutputFile("--html", html.get()).write(page(groups, opened).toHtml());
            }
            if (groups.isEmpty()) {
                session.terminal().say("no two pictures in the index are the same");
            }
            return ExitCode.OK.code();
        }
    }

    private static Gallery page(List<Group> groups, PictureIndex opened) throws IOException {
        Gallery gallery = new Gallery(
                "Duplicates",
                "%,d groups; the best copy of each comes first. Nothing was deleted.".formatted(groups.size()));
        for (Group group : groups) {
            gallery.add(
                    group.likeness().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    group.pictures().stream()
                            .map(picture -> new Gallery.Entry(picture, ""))
                            .toList(),
                    opened);
        }
        return gallery;
    }
}
