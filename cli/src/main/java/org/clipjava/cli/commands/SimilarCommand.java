package org.clipjava.cli.commands;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.Tower;
import org.clipjava.cli.options.FoundOutput;
import org.clipjava.cli.options.IndexOption;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.index.IndexedPicture;
import org.clipjava.index.PictureFilter;
import org.clipjava.index.PictureIndex;
import org.clipjava.index.PictureIndex.Effort;
import org.clipjava.index.PictureSearch.Found;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clip similar}. */
@Command(
        name = "similar",
        description = "Finds pictures of an index that are like a picture.",
        footer = {
            "",
            "A picture that is in the index needs no model. It is itself left out of what is found.",
            "",
            "Example: clip similar photo.jpg -n 5"
        })
public final class SimilarCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "PICTURE", description = "A picture of the index, or any other.")
    private String picture = "";

    @Option(names = "--exact", description = "Compare every picture, and not those alone that a graph leads to.")
    private boolean exact;

    @Mixin
    private IndexOption index = new IndexOption();

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private FoundOutput output = new FoundOutput();

    public SimilarCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        output.check();
        Path file = path();
        try (PictureIndex opened = index.read(session)) {
            Optional<IndexedPicture> known = opened.picture(file);
            Embedding direction =
                    known.isPresent() ? opened.embedding(known.get().id()).orElseThrow() : encoded(file, opened);
            List<Found> found = opened
                    .similar(direction, PictureFilter.NONE, output.count() + 1, exact ? Effort.EXACT : Effort.FAST)
                    .stream()
                    .filter(hit -> known.isEmpty()
                            || !hit.picture().id().equals(known.get().id()))
                    .limit(output.count())
                    .map(hit -> new Found(hit.picture(), hit.cosine(), OptionalDouble.empty()))
                    .toList();
            return output.write("Like " + file.getFileName(), found, opened, session)
                    .exitCode()
                    .code();
        }
    }

    private Path path() {
        try {
            return Path.of(picture);
        } catch (InvalidPathException e) {
            throw CommandFailure.usage(picture + ": not a path", e);
        }
    }

    private Embedding encoded(Path file, PictureIndex opened) throws IOException {
        try (Clip clip = model.open(
                session.global().clipOptions(1).withDraft(opened.draft()).withTowers(Set.of(Tower.IMAGE)), session)) {
            opened.check(clip, model.name(session));
            return encoded(clip, file);
        }
    }

    private Embedding encoded(Clip clip, Path file) {
        try {
            return clip.encodeImage(file);
        } catch (IOException e) {
            throw CommandFailure.ofPicture(picture, e);
        }
    }
}
