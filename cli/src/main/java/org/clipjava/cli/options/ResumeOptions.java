package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.eval.EmbeddingCache;
import picocli.CommandLine.Option;

/** {@code --resume}: pictures' embeddings that are kept, for a run that is interrupted and for those after it. */
public final class ResumeOptions {
    @Option(
            names = "--resume",
            description = "Keep embeddings on disk, and take those that are there: an interrupted run goes on.")
    private boolean resume;

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description = "Where --resume keeps them. Default: embeddings in $CLIP_HOME or the user's cache.")
    private Optional<Path> folder = Optional.empty();

    /** Complains, before the work, of {@code --cache} alone. */
    public void check() {
        if (folder.isPresent() && !resume) {
            throw CommandFailure.usage("--cache says where --resume keeps embeddings; give that too");
        }
    }

    public boolean asked() {
        return resume;
    }

    /** The cache of a model, to be closed. */
    public EmbeddingCache open(Clip clip, Session session) {
        Path used = folder.orElseGet(() -> session.store().resolve("embeddings"));
        try {
            EmbeddingCache cache = EmbeddingCache.open(used, clip);
            if (cache.damaged() > 0) {
                session.terminal()
                        .say("--resume: %,d of the embeddings in %s are damaged; their pictures are encoded again"
                                .formatted(cache.damaged(), used));
            }
            return cache;
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.NO_ROOM, "--resume: " + used, used.toString(), e);
        }
    }
}
