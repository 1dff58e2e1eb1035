package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.clipjava.index.PictureIndex;
import picocli.CommandLine.Option;

/** {@code --index}: the folder of an index. */
public final class IndexOption {
    /** Held, or its level is forgotten: Lucene tells stderr what it runs on, as if that were a warning. */
    private final Logger lucene = Logger.getLogger("org.apache.lucene");

    @Option(
            names = {"-i", "--index"},
            paramLabel = "INDEX",
            description = "The folder of the index. Default: index in $CLIP_HOME or the user's cache.")
    private Optional<Path> folder = Optional.empty();

    /** The folder, whether there is an index in it or not. */
    public Path folder(Session session) {
        lucene.setLevel(Level.SEVERE);
        return folder.orElseGet(() -> session.store().resolve("index"));
    }

    /** Opens the index to search it. */
    public PictureIndex read(Session session) throws IOException {
        return PictureIndex.read(folder(session));
    }
}
