package org.clipjava.cli.output;

import java.nio.file.Path;
import java.util.Locale;
import org.clipjava.hub.RepoFile;
import org.clipjava.models.ModelListener;

/** Says on stderr how a model comes about: a line a file, and one that counts up while it comes or is converted. */
public final class ModelProgress implements ModelListener, AutoCloseable {
    private final ProgressLine line;

    public ModelProgress(Terminal terminal) {
        this.line = new ProgressLine(terminal);
    }

    @Override
    public void started(RepoFile file, long present) {
        line.begin(present);
    }

    @Override
    public void progress(RepoFile file, long present) {
        line.file(file.path(), present, file.size());
    }

    @Override
    public void finished(RepoFile file) {
        line.say(String.format(Locale.ROOT, "downloaded %s: %,d bytes", file.path(), file.size()));
    }

    @Override
    public void waiting(String reason) {
        line.say(reason);
    }

    @Override
    public void newFolder(Path checkpoint, Path modelFile) {
        line.say(checkpoint + ": a checkpoint; converting it, once, to " + modelFile);
    }

    @Override
    public void converting(long doneBytes, long totalBytes) {
        line.share("converting", doneBytes, totalBytes);
    }

    @Override
    public void note(String note) {
        line.say(note);
    }

    @Override
    public void converted() {
        line.clear();
    }

    @Override
    public void close() {
        line.clear();
    }
}
