package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** The model folder can't be used. */
final class ModelStoreFailure {
    private ModelStoreFailure() {}

    static CommandFailure of(ModelStore store, IOException e) {
        if (e instanceof FileSystemException failure && failure.getFile() != null) {
            String file = failure.getFile();
            return new CommandFailure(
                    ExitCode.INTERNAL, file + ": " + Reason.of(e, file) + "; CLIP_HOME names another model folder", e);
        }
        String root = store.root().toString();
        return new CommandFailure(ExitCode.INTERNAL, root + ": " + Reason.of(e, root), e);
    }
}
